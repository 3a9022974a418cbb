//! reqwest with its default options.

use super::signed::Signed;

#[derive(Clone, Debug)]
pub(crate) struct Reqwest {
    client: reqwest::Client,
    signed: Signed,
}

impl Reqwest {
    pub(crate) fn new(tls: rustls::ClientConfig, signed: &Signed) -> Self {
        let builder = reqwest::Client::builder().tls_backend_preconfigured(tls);
        Self {
            client: builder.build().unwrap(),
            signed: signed.clone(),
        }
    }

    pub(crate) async fn post(&self) {
        let mut request = self.client.post(&self.signed.url).body(self.signed.body.clone());
        for (name, value) in &self.signed.headers {
            request = request.header(name.as_str(), value.as_str());
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap();
    }
}
