//! Events of `events.k8s.io`. They are told once: what comes of them is in the statuses, so one that cannot be written is
//! no reason to try a turn again.

use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::Event;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::api::{Api, PostParams};

use super::logging::{causes_of, masked};
use super::turn::Pass;
use crate::api::API_VERSION;
use crate::controller::events::{Announcement, EventSeverity, MOST_BYTES};
use crate::controller::keep::ByHand;
use crate::controller::names::FIELD_MANAGER;
use crate::controller::object::{Object, ObjectKind};
use crate::controller::status::capped;

impl Pass<'_> {
    /// Publishes one.
    pub(super) async fn announce(&self, announcement: &Announcement) {
        let Announcement { kind, name, severity, reason, action, note } = announcement;
        let account = self.view.account.key();
        let about = format!("{}/{name}", kind.as_str());
        match severity {
            EventSeverity::Normal => tracing::info!(%account, object = %about, reason, "{}", masked(note)),
            EventSeverity::Warning => tracing::warn!(%account, object = %about, reason, "{}", masked(note)),
        }
        let object = match kind {
            ObjectKind::CarrierAccount => Some(&self.view.account),
            ObjectKind::SimFleet => self.view.fleets.iter().find(|object| object.name == *name),
            ObjectKind::SimOrder => self.view.orders.iter().find(|object| object.name == *name),
        };
        let Some(object) = object else { return };
        let event = Event {
            metadata: ObjectMeta {
                generate_name: Some(format!("{}-", object.name.get(..40).unwrap_or(&object.name))),
                namespace: Some(object.namespace.to_string()),
                ..ObjectMeta::default()
            },
            action: Some((*action).to_owned()),
            event_time: Some(MicroTime(super::live::now())),
            note: Some(note.clone()),
            reason: Some(reason.clone()),
            regarding: Some(reference(object)),
            reporting_controller: Some(format!("simfleet.dev/{FIELD_MANAGER}")),
            reporting_instance: Some(capped(self.shared.options.session.clone(), 128)),
            type_: Some(severity.as_str().to_owned()),
            ..Event::default()
        };
        let events: Api<Event> = Api::namespaced(self.shared.client.clone(), &object.namespace);
        if let Err(error) = events.create(&PostParams::default(), &event).await {
            tracing::warn!(%account, reason, "an event could not be written: {}", causes_of(&error));
        }
    }

    /// A warning on the account; the same one once only.
    pub(super) async fn warn(&self, reason: &str, action: &'static str, note: String) {
        if !self.shared.is_news(&self.view.account.key(), &note) {
            return;
        }
        let (kind, name) = (ObjectKind::CarrierAccount, self.view.account.name.clone());
        let note = capped(note, MOST_BYTES);
        self.announce(&Announcement { kind, name, severity: EventSeverity::Warning, reason: reason.to_owned(), action, note })
            .await;
    }

    /// What became of a person's word on an operation in doubt.
    pub(super) async fn hear(&self, word: &ByHand) {
        let ByHand { record, said, outcome } = word;
        match outcome {
            Ok(_) => {
                let (account, operation) = (self.view.account.key(), &record.id);
                tracing::info!(%account, %operation, kind = %record.kind, said, "settled by hand");
            }
            Err(why) => {
                let note =
                    format!("SimOperation {}: the annotation simfleet.dev/resolve={said} settles nothing: {why}", record.id);
                self.warn("NotResolved", "Settle", note).await;
            }
        }
    }
}

fn reference(object: &Object) -> ObjectReference {
    ObjectReference {
        api_version: Some(API_VERSION.to_owned()),
        kind: Some(object.kind.as_str().to_owned()),
        name: Some(object.name.to_string()),
        namespace: Some(object.namespace.to_string()),
        uid: Some(object.uid.clone()),
        ..ObjectReference::default()
    }
}
