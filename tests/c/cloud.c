#include "acs_auth.h"

#include "check.h"
#include "keys.h"
#include "make.h"

static acs_cloud *made(int32_t kind, const char *authority)
{
    acs_cloud_options options;
    acs_cloud *cloud = NULL;
    acs_error *error = NULL;
    acs_cloud_options_init(&options, sizeof options);
    CHECK_INT(options.kind, ACS_DEFAULT);
    options.kind = kind;
    options.authority = authority;
    CHECK_OK(acs_cloud_new(&options, &cloud, &error), error);
    return cloud;
}

static void clouds_have_their_names(void)
{
    acs_cloud *cloud = made(ACS_DEFAULT, NULL);
    CHECK_TEXT(acs_cloud_authority(cloud), "https://login.microsoftonline.com");
    CHECK_TEXT(acs_cloud_issuer_v1(cloud), "https://sts.windows.net/{tenantid}/");
    CHECK_TEXT(acs_cloud_issuer_v2(cloud), "https://login.microsoftonline.com/{tenantid}/v2.0");
    CHECK_TEXT(acs_cloud_acs_suffix(cloud), ".communication.azure.com");
    CHECK_TEXT(acs_cloud_teams_resource(cloud), "https://auth.msft.communication.azure.com");
    CHECK_INT(acs_cloud_teams_user_prefix_count(cloud), 1);
    CHECK_TEXT(acs_cloud_teams_user_prefix(cloud, 0), "8:orgid:");
    CHECK(acs_cloud_teams_user_prefix(cloud, 1) == NULL);
    acs_cloud_free(cloud);

    cloud = made(ACS_CLOUD_US_GOVERNMENT, NULL);
    CHECK_TEXT(acs_cloud_authority(cloud), "https://login.microsoftonline.us");
    acs_cloud_free(cloud);
    cloud = made(ACS_CLOUD_CHINA, NULL);
    CHECK_CONTAINS(acs_cloud_authority(cloud), ".cn");
    acs_cloud_free(cloud);
}

static void a_custom_cloud_needs_an_authority(void)
{
    acs_cloud_options options;
    acs_cloud *cloud = NULL;
    acs_error *error = NULL;
    acs_cloud_options_init(&options, sizeof options);
    options.kind = ACS_CLOUD_CUSTOM;
    CHECK_REFUSED(acs_cloud_new(&options, &cloud, &error), error, "authority");

    cloud = made(ACS_CLOUD_CUSTOM, "https://login.example");
    CHECK_TEXT(acs_cloud_authority(cloud), "https://login.example");
    CHECK_TEXT(acs_cloud_issuer_v2(cloud), "https://login.example/{tenantid}/v2.0");
    acs_cloud_free(cloud);
}

static void names_can_be_replaced(void)
{
    static const char *const prefixes[] = {"8:one:", "8:two:"};
    acs_cloud_options options;
    acs_cloud *cloud = NULL;
    acs_error *error = NULL;
    char *scope = NULL;
    acs_cloud_options_init(&options, sizeof options);
    options.issuer_v1 = "https://one.example/{tenantid}";
    options.issuer_v2 = "https://two.example/{tenantid}";
    options.acs_suffix = ".acs.example";
    options.teams_resource = "https://teams.example";
    options.teams_user_prefixes = prefixes;
    options.teams_user_prefix_count = 2;
    CHECK_OK(acs_cloud_new(&options, &cloud, &error), error);
    CHECK_TEXT(acs_cloud_issuer_v1(cloud), options.issuer_v1);
    CHECK_TEXT(acs_cloud_issuer_v2(cloud), options.issuer_v2);
    CHECK_TEXT(acs_cloud_acs_suffix(cloud), ".acs.example");
    CHECK_INT(acs_cloud_teams_user_prefix_count(cloud), 2);
    CHECK_TEXT(acs_cloud_teams_user_prefix(cloud, 1), "8:two:");
    CHECK_OK(acs_cloud_teams_scope(cloud, "Teams.ManageCalls", &scope, &error), error);
    CHECK_TEXT(scope, "https://teams.example/Teams.ManageCalls");
    acs_string_free(scope);
    acs_cloud_free(cloud);
}

static void what_was_made_with_a_cloud_keeps_its_own(void)
{
    acs_cloud *cloud = make_cloud();
    acs_verifier_options options;
    acs_verifier *verifier = NULL;
    acs_error *error = NULL;
    make_verifier_options(&options);
    options.cloud = cloud;
    CHECK_OK(acs_verifier_new(&options, &verifier, &error), error);
    acs_cloud_free(cloud);
    wait_for_keys(verifier);
    acs_verifier_free(verifier);
}

int main(void)
{
    RUN(clouds_have_their_names);
    RUN(a_custom_cloud_needs_an_authority);
    RUN(names_can_be_replaced);
    RUN(what_was_made_with_a_cloud_keeps_its_own);
    return check_done();
}
