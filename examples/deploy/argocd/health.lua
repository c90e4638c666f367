-- When a CarrierAccount, SimFleet or SimOrder is healthy, for Argo CD.
-- Degraded: nothing more happens until a person does something (an approval, a correction).
local health = {status = "Progressing", message = "the controller has not looked at it yet"}
if obj.spec ~= nil and obj.spec.paused == true then
  health.status = "Suspended"
  health.message = "paused"
  return health
end
if obj.status == nil or obj.status.conditions == nil then
  return health
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  health.message = "the controller has not looked at this version yet"
  return health
end
local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end
local stalled, reconciling, ready = conditions.Stalled, conditions.Reconciling, conditions.Ready
if stalled ~= nil and stalled.status == "True" then
  health.status = "Degraded"
  health.message = stalled.message
elseif reconciling ~= nil and reconciling.status == "True" then
  health.message = reconciling.message
elseif ready ~= nil and ready.status == "True" then
  health.status = "Healthy"
  health.message = ready.message
elseif ready ~= nil then
  health.message = ready.message
end
return health
