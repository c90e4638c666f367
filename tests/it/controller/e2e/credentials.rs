//! The Secret is missing, wrong, put right, and rotated.

use super::carrier::PASSWORD;
use super::world::{World, lines};

const FLEET: &str = "  mode: Apply\n  sims:\n    - {msisdn: \"08012345601\", state: Active}\n";

#[tokio::test]
async fn a_secret_is_missing_wrong_right_and_rotated() {
    let mut world = World::new("secret", &lines(&["08012345601"])).await;
    let controller = world.controller();
    let account = super::world::account("main", &world.carrier.endpoint).replace("main-credentials", "other");
    world.apply(&account).await;
    world.apply(&super::world::fleet("kanto", "main", FLEET)).await;
    for place in ["CarrierAccount/main", "SimFleet/kanto"] {
        let message = world.says(place, "Ready=False CredentialsMissing").await;
        assert!(message.contains("there is no Secret other"), "{message}");
        world.says(place, "Stalled=True CredentialsMissing").await;
    }
    world.event("CarrierAccount/main", "CredentialsMissing").await;
    assert_eq!(world.carrier.calls().await.len(), 0, "the carrier was not asked without");

    world.secret("other", "wrong-Zz9-password").await;
    let message = world.says("CarrierAccount/main", "Ready=False CredentialsRefused").await;
    assert!(!message.contains("wrong-Zz9"), "{message}");
    world.says("SimFleet/kanto", "Stalled=True CredentialsRefused").await;
    world.event("CarrierAccount/main", "CredentialsRefused").await;

    world.secret("other", PASSWORD).await;
    world.says("CarrierAccount/main", "Ready=True InSync").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;

    // The password is another one at the carrier, and then in the Secret: nobody restarts anything.
    world.carrier.restart("frozen", "plum-Vt3-orchard").await;
    world.says("CarrierAccount/main", "Ready=False CredentialsRefused").await;
    world.secret("other", "plum-Vt3-orchard").await;
    world.says("CarrierAccount/main", "Ready=True InSync").await;
    world.says("SimFleet/kanto", "Ready=True InSync").await;
    let log = controller.stop().await;
    for secret in [PASSWORD, "wrong-Zz9", "plum-Vt3"] {
        assert!(!log.contains(secret), "the log has {secret}");
    }
}
