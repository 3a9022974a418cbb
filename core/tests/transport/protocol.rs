//! Rejections by servers and gateways at the protocol level.

use acs_auth::{CommunicationUserIdentifier, ErrorKind};
use h2::Reason;

use crate::http2_server::{Does, Http2Server};

fn user() -> CommunicationUserIdentifier {
    CommunicationUserIdentifier::new("8:acs:a_b")
}

/// The response to a create, for which a 204 would be unexpected.
const CREATES: Does = Does::Creates;

#[tokio::test]
async fn http1_is_the_default_and_http2_an_option() {
    for (http2, version) in [(false, b"http/1.1".as_slice()), (true, b"h2")] {
        let server = Http2Server::speaking(Vec::new(), &[b"h2", b"http/1.1"]).await;
        let client = server.builder().http2(http2).build().unwrap();
        client.delete_user(&user()).await.unwrap();
        assert_eq!(server.protocols(), [version]);
    }
}

#[tokio::test]
async fn a_server_that_speaks_only_the_other_version_is_followed() {
    for (http2, speaks) in [(false, b"h2".as_slice()), (true, b"http/1.1")] {
        let server = Http2Server::speaking(Vec::new(), &[speaks]).await;
        let client = server.builder().http2(http2).build().unwrap();
        client.delete_user(&user()).await.unwrap();
        client.delete_user(&user()).await.unwrap();
        assert_eq!(
            server.requests(),
            [1, 1],
            "the second call needs no second handshake"
        );
        assert_eq!(server.protocols(), [speaks]);
    }
}

#[tokio::test]
async fn a_server_that_insists_on_http1_is_followed_even_for_a_create() {
    for refusal in [
        Does::Resets(Reason::HTTP_1_1_REQUIRED),
        Does::GoesAway(Reason::HTTP_1_1_REQUIRED),
    ] {
        let server = Http2Server::speaking(vec![refusal, CREATES], &[b"h2", b"http/1.1"]).await;
        let client = server.builder().build().unwrap();
        client.create_user().await.unwrap();
        client.delete_user(&user()).await.unwrap();
        assert_eq!(server.protocols(), [b"h2".as_slice(), b"http/1.1"]);
        assert_eq!(server.requests(), [1, 2, 2], "{refusal:?}");
    }
}

#[tokio::test]
async fn what_was_not_processed_is_sent_again_even_for_a_create() {
    for refusal in [
        Does::Resets(Reason::REFUSED_STREAM),
        Does::GoesAway(Reason::NO_ERROR),
        Does::GoesAway(Reason::INTERNAL_ERROR),
        Does::GoesAway(Reason::ENHANCE_YOUR_CALM),
        Does::Answers(421),
    ] {
        let server = Http2Server::start(vec![refusal, CREATES]).await;
        server.builder().build().unwrap().create_user().await.unwrap();
        assert_eq!(server.requests().len(), 2, "{refusal:?}");
    }
}

#[tokio::test]
async fn a_stream_that_is_broken_off_is_repeated_unless_it_creates() {
    for reason in [Reason::INTERNAL_ERROR, Reason::ENHANCE_YOUR_CALM, Reason::CANCEL] {
        let server = Http2Server::start(vec![Does::Resets(reason)]).await;
        server
            .builder()
            .build()
            .unwrap()
            .delete_user(&user())
            .await
            .unwrap();
        let server = Http2Server::start(vec![Does::Resets(reason)]).await;
        let error = server.builder().build().unwrap().create_user().await.unwrap_err();
        let kind = if reason == Reason::ENHANCE_YOUR_CALM {
            ErrorKind::Throttled
        } else {
            ErrorKind::TransportError
        };
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.reason.contains("may have been created"), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_always_refuses_ends_typed() {
    for refusal in [
        Does::Resets(Reason::HTTP_1_1_REQUIRED),
        Does::Resets(Reason::REFUSED_STREAM),
        Does::GoesAway(Reason::NO_ERROR),
        Does::Resets(Reason::ENHANCE_YOUR_CALM),
    ] {
        let server = Http2Server::start(vec![refusal; 20]).await;
        let error = server
            .builder()
            .build()
            .unwrap()
            .delete_user(&user())
            .await
            .unwrap_err();
        let kinds = [ErrorKind::TransportError, ErrorKind::Throttled];
        assert!(kinds.contains(&error.kind), "{error}");
        assert!(
            error.reason.contains("server") || error.reason.contains("NoApplicationProtocol"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn refusals_of_intermediaries_have_words_of_their_own() {
    for (status, words) in [
        (407, "proxy"),
        (421, "is not responsible for this host"),
        (431, "headers"),
        (505, "version of HTTP"),
        (511, "sign in"),
    ] {
        let server = Http2Server::start(vec![Does::Answers(status); 3]).await;
        let error = server
            .builder()
            .build()
            .unwrap()
            .delete_user(&user())
            .await
            .unwrap_err();
        assert_eq!(error.status, Some(status));
        assert!(error.reason.contains(words), "{error}");
    }
}
