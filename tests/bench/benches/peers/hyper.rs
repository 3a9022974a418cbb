//! hyper's pooled client, which reqwest and core are built on, with nothing around it.

use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::signed::Signed;

#[derive(Clone, Debug)]
pub(crate) struct Hyper {
    client: Client<HttpsConnector<HttpConnector>, Full<bytes::Bytes>>,
    request: http::Request<Full<bytes::Bytes>>,
}

impl Hyper {
    /// The connector sets the protocols to offer by itself.
    pub(crate) fn new(mut tls: rustls::ClientConfig, http2: bool, signed: &Signed) -> Self {
        tls.alpn_protocols.clear();
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls).https_only();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        // Otherwise the body of an HTTP/2 request waits some 40 ms until its headers are acknowledged.
        tcp.set_nodelay(true);
        let connector = if http2 {
            builder.enable_all_versions().wrap_connector(tcp)
        } else {
            builder.enable_http1().wrap_connector(tcp)
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        let mut request = http::Request::post(&signed.url);
        for (name, value) in &signed.headers {
            request = request.header(name, value);
        }
        let body = bytes::Bytes::from(signed.body.clone());
        Self {
            client,
            request: request.body(Full::new(body)).unwrap(),
        }
    }

    pub(crate) async fn post(&self) {
        let answer = self.client.request(self.request.clone()).await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.into_body().collect().await.unwrap();
    }
}
