//! Invalid settings, and the defaults.

use super::*;
use crate::error::ErrorKind;
use crate::models::CommunicationTokenScope;

const CLIENT: &str = "1fec8e78-bce4-4aaf-ab1b-5451cc387264";

fn of(cloud: Cloud) -> GraphSettings {
    GraphSettings::new(
        CLIENT,
        Secret::new("a-client-secret"),
        keys("A", None),
        cloud,
        IdentityLimits::alone(0),
    )
}

#[test]
fn each_refusal_names_its_setting() {
    let refused = |target: &str, change: &dyn Fn(&mut GraphSettings)| {
        let mut settings = of(Cloud::public());
        change(&mut settings);
        let error = settings.check().unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidArgument);
        assert_eq!(error.target.as_deref(), Some(target), "{error}");
    };
    refused("client_id", &|settings| settings.client_id = "api".into());
    refused("client_secret", &|settings| {
        settings.client_secret = Secret::new("")
    });
    refused("authority", &|settings| {
        settings.cloud = Cloud::custom("http://login.example");
    });
    for url in [
        "http://graph.example",
        "https://graph.example/v1.0",
        "ftp://graph",
    ] {
        refused("graph_url", &|settings| settings.graph_url = Some(url.into()));
    }
    for name in ["", "a/b", "..", "a b", "é", "a?b", &"x".repeat(129)] {
        refused("graph_extension_name", &|settings| {
            settings.extension_name = Some(name.into());
        });
    }
    refused("graph_scopes", &|settings| settings.scopes = vec!["a\nb".into()]);
}

#[test]
fn defaults_follow_the_cloud_and_the_sample() {
    for (cloud, graph) in [
        (Cloud::public(), "https://graph.microsoft.com"),
        (Cloud::us_government(), "https://graph.microsoft.us"),
        (Cloud::china(), "https://microsoftgraph.chinacloudapi.cn"),
        (
            Cloud::custom("https://localhost:1"),
            "https://graph.microsoft.com",
        ),
    ] {
        let checked = of(cloud).check().unwrap();
        assert_eq!(checked.graph_url, graph);
        assert_eq!(checked.scope, format!("{graph}/.default"));
        assert_eq!(checked.extension_name, NAME);
        let scopes = [CommunicationTokenScope::Voip, CommunicationTokenScope::Chat];
        assert_eq!(checked.token_scopes, scopes);
    }
}

#[test]
fn the_secret_is_not_shown() {
    assert!(!format!("{:?}", of(Cloud::public())).contains("a-client-secret"));
}
