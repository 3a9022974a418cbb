#include "acs_auth.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "emulator.h"
#include "make.h"

static const char *const names[] = {"shape", "audience", "scopes", "app", "user", "tenant", "expiry"};

static acs_inspection *inspected(const char *token, const acs_expectations *expectations, int64_t now)
{
    acs_inspection *inspection = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_inspect(token, expectations, now, &inspection, &error), error);
    CHECK_INT(acs_inspection_check_count(inspection), 7);
    for (size_t i = 0; i < 7; i++) {
        CHECK_INT(acs_inspection_check(inspection, i), (int32_t)i);
        CHECK(acs_inspection_explanation(inspection, i) != NULL);
        CHECK_LACKS(acs_inspection_explanation(inspection, i), token);
    }
    CHECK_INT(acs_inspection_check(inspection, 7), -1);
    CHECK_INT(acs_inspection_outcome(inspection, 7), -1);
    CHECK(acs_inspection_explanation(inspection, 7) == NULL);
    return inspection;
}

static void expect_all(acs_expectations *expectations)
{
    acs_expectations_init(expectations, sizeof *expectations);
    expectations->client_id = emulator_text("spa.client_id");
    expectations->user_object_id = emulator_text("users.0.object_id");
    expectations->tenant_id = emulator_text("tenant_id");
}

static void checks_have_names(void)
{
    for (int32_t check = ACS_CHECK_SHAPE; check <= ACS_CHECK_EXPIRY; check++) {
        CHECK_TEXT(acs_check_name(check), names[check]);
    }
    CHECK(acs_check_name(7) == NULL);
}

static void a_good_token_passes_and_tells_its_claims(void)
{
    char *token = make_teams_token();
    acs_expectations expectations;
    int64_t now = time(NULL);
    int64_t issued = 0;
    int64_t expires = 0;
    expect_all(&expectations);
    acs_inspection *inspection = inspected(token, &expectations, now);
    CHECK(acs_inspection_is_ok(inspection));
    CHECK_INT(acs_inspection_first_failure(inspection), -1);
    for (size_t i = 0; i < 7; i++) {
        CHECK_INT(acs_inspection_outcome(inspection, i), ACS_OUTCOME_PASSED);
    }
    CHECK_TEXT(acs_inspection_tenant_id(inspection), emulator_text("tenant_id"));
    CHECK_TEXT(acs_inspection_object_id(inspection), emulator_text("users.0.object_id"));
    CHECK_TEXT(acs_inspection_app_id(inspection), emulator_text("spa.client_id"));
    CHECK(acs_inspection_audience(inspection) != NULL);
    CHECK_TEXT(acs_inspection_version(inspection), "1.0");
    CHECK_INT(acs_inspection_scope_count(inspection), 2);
    CHECK_CONTAINS(acs_inspection_scope(inspection, 0), "Teams.Manage");
    CHECK(acs_inspection_scope(inspection, 2) == NULL);
    CHECK(!acs_inspection_app_only(inspection));
    CHECK(acs_inspection_issued_at(inspection, &issued) && issued <= now + 5);
    CHECK(acs_inspection_expires_at(inspection, &expires) && expires > now);
    acs_inspection_free(inspection);
    free(token);
}

static void the_first_objection_is_told(void)
{
    char *token = emulator_mint("kind=teams&attack=expired");
    acs_expectations expectations;
    expect_all(&expectations);
    acs_inspection *inspection = inspected(token, &expectations, time(NULL));
    CHECK(!acs_inspection_is_ok(inspection));
    CHECK_INT(acs_inspection_first_failure(inspection), ACS_CHECK_EXPIRY);
    CHECK_INT(acs_inspection_outcome(inspection, ACS_CHECK_EXPIRY), ACS_OUTCOME_FAILED);
    CHECK_CONTAINS(acs_inspection_explanation(inspection, ACS_CHECK_EXPIRY), "expired");
    acs_inspection_free(inspection);

    /* The same token an hour and a half ago, when it was valid. */
    inspection = inspected(token, &expectations, (int64_t)time(NULL) - 5400);
    CHECK(acs_inspection_first_failure(inspection) != ACS_CHECK_EXPIRY);
    acs_inspection_free(inspection);
    free(token);
}

static void what_is_not_expected_is_not_checked(void)
{
    char *token = make_teams_token();
    acs_expectations expectations;
    acs_expectations_init(&expectations, sizeof expectations);
    acs_inspection *inspection = inspected(token, &expectations, time(NULL));
    CHECK(acs_inspection_is_ok(inspection));
    CHECK_INT(acs_inspection_outcome(inspection, ACS_CHECK_APP), ACS_OUTCOME_NOT_CHECKED);
    CHECK_INT(acs_inspection_outcome(inspection, ACS_CHECK_USER), ACS_OUTCOME_NOT_CHECKED);
    acs_inspection_free(inspection);
    free(token);
}

static void lists_replace_those_of_the_kind(void)
{
    static const char *const other[] = {"other"};
    char *token = make_teams_token();
    acs_expectations expectations;
    acs_expectations_init(&expectations, sizeof expectations);
    expectations.audiences = other;
    expectations.audience_count = 1;
    acs_inspection *inspection = inspected(token, &expectations, time(NULL));
    CHECK_INT(acs_inspection_first_failure(inspection), ACS_CHECK_AUDIENCE);
    acs_inspection_free(inspection);

    /* A list that is empty but not NULL: any audience will do, and no permission is needed. */
    expectations.audience_count = 0;
    expectations.scopes = other;
    expectations.scope_count = 0;
    inspection = inspected(token, &expectations, time(NULL));
    CHECK(acs_inspection_is_ok(inspection));
    acs_inspection_free(inspection);

    expectations.scope_count = 1;
    expectations.resource = "https://resource.example";
    inspection = inspected(token, &expectations, time(NULL));
    CHECK_INT(acs_inspection_first_failure(inspection), ACS_CHECK_SCOPES);
    CHECK_CONTAINS(acs_inspection_explanation(inspection, ACS_CHECK_SCOPES),
                   "https://resource.example/other");
    acs_inspection_free(inspection);
    free(token);
}

static void the_kind_decides_and_so_does_the_time_left(void)
{
    char *token = emulator_mint("kind=teams&attack=expires_soon");
    acs_expectations expectations;
    acs_expectations_init(&expectations, sizeof expectations);
    acs_inspection *inspection = inspected(token, &expectations, time(NULL));
    CHECK_INT(acs_inspection_first_failure(inspection), ACS_CHECK_EXPIRY);
    acs_inspection_free(inspection);
    expectations.min_remaining_s = 0;
    inspection = inspected(token, &expectations, time(NULL));
    CHECK(acs_inspection_is_ok(inspection));
    acs_inspection_free(inspection);
    expectations.kind = ACS_EXPECT_TEAMS_EXTENSION;
    inspection = inspected(token, &expectations, time(NULL));
    CHECK_INT(acs_inspection_first_failure(inspection), ACS_CHECK_SCOPES);
    acs_inspection_free(inspection);
    free(token);
}

static void any_text_will_do(void)
{
    static const char *const texts[] = {"", ".", "..", "a.b.c", "eyJ.eyJ.", "\xc3\xa4"};
    acs_expectations expectations;
    int64_t time_of_claim = 7;
    acs_expectations_init(&expectations, sizeof expectations);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        acs_inspection *inspection = NULL;
        acs_error *error = NULL;
        CHECK_OK(acs_inspect(texts[i], &expectations, INT32_MAX, &inspection, &error), error);
        CHECK_INT(acs_inspection_first_failure(inspection), ACS_CHECK_SHAPE);
        CHECK(acs_inspection_tenant_id(inspection) == NULL && acs_inspection_audience(inspection) == NULL);
        CHECK(!acs_inspection_expires_at(inspection, &time_of_claim) && time_of_claim == 7);
        acs_inspection_free(inspection);
    }
}

int main(void)
{
    RUN(checks_have_names);
    RUN(a_good_token_passes_and_tells_its_claims);
    RUN(the_first_objection_is_told);
    RUN(what_is_not_expected_is_not_checked);
    RUN(lists_replace_those_of_the_kind);
    RUN(the_kind_decides_and_so_does_the_time_left);
    RUN(any_text_will_do);
    return check_done();
}
