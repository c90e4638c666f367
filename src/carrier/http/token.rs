//! The bearer token: fetched before the first call, renewed when the carrier no longer takes it.

use std::sync::Arc;

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};

use super::{HttpCarrier, Tries};
use crate::carrier::error::{Call, CarrierError, Failure};
use crate::carrier::wire::{TokenAnswer, TokenBody};

/// The route that gives tokens.
pub(super) const CALL: Call = Call::ask("/v1/auth/token");

/// A token. Its `Debug` does not show it.
#[derive(Debug, Clone)]
pub(super) struct Token(Arc<SecretString>);

impl Token {
    /// The request with the token.
    pub(super) fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.0.expose_secret())
    }
}

impl HttpCarrier {
    /// The token in use; a new one if there is none, or if the one in use was just refused.
    ///
    /// Callers wait for one another here, so a fleet of parallel calls fetches one token.
    pub(super) async fn token(&self, refused: Option<&Token>) -> Result<Token, CarrierError> {
        let mut slot = self.token.lock().await;
        if let Some(token) = &*slot
            && !refused.is_some_and(|refused| Arc::ptr_eq(&refused.0, &token.0))
        {
            return Ok(token.clone());
        }
        let token = self.fetch_token().await?;
        *slot = Some(token.clone());
        Ok(token)
    }

    async fn fetch_token(&self) -> Result<Token, CarrierError> {
        let body = TokenBody {
            contractor_id: self.credentials.contractor_id.clone(),
            password: self.credentials.password.expose_secret().to_owned(),
        };
        let request = self.client.post(self.url(&["v1", "auth", "token"])).json(&body);
        let mut tries = Tries::default();
        loop {
            let attempt = request
                .try_clone()
                .ok_or_else(|| CarrierError::new(CALL, Failure::Unsendable("its body is a stream".to_owned())))?;
            match self.exchange::<TokenAnswer>(CALL, attempt).await {
                Ok(answer) => return Ok(Token(Arc::new(SecretString::from(answer.token)))),
                Err(error) => {
                    let Some(pause) = self.pause(&mut tries, &error) else { return Err(error) };
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }
}
