//! Our kinds, as the client asks for them.

use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};
use kube::core::DynamicResourceScope;
use kube::{Client, Resource};

use crate::api::API_VERSION;
use crate::controller::object::ObjectKind;

/// The objects of one of our kinds, in a namespace or (`None`) in all.
pub(crate) fn api<K>(client: &Client, kind: &str, namespace: Option<&str>) -> Api<K>
where
    K: Resource<DynamicType = ApiResource, Scope = DynamicResourceScope>,
{
    let (group, version) = API_VERSION.split_once('/').unwrap_or(("", API_VERSION));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    }
}

/// The objects of a kind that people write, in a namespace.
pub(crate) fn objects(client: &Client, kind: ObjectKind, namespace: &str) -> Api<DynamicObject> {
    api(client, kind.as_str(), Some(namespace))
}
