/* Assignments of Teams Phone extensibility, and the operations of a preview: blocking and with a queue. */
#include "acs_auth.h"

#include <stdlib.h>
#include <string.h>

#include "arrivals.h"
#include "check.h"
#include "emulator.h"

static acs_client *client;

static acs_client *made(const char *preview)
{
    acs_client_options options;
    acs_client *given = NULL;
    acs_error *error = NULL;
    acs_client_options_init(&options, sizeof options);
    options.connection_string = emulator_text("connection_string_http");
    options.preview = preview;
    CHECK_OK(acs_client_new(&options, &given, &error), error);
    return given;
}

static void expect(const acs_teams_extension_assignment *assignment, const char *type, size_t count)
{
    CHECK_TEXT(acs_teams_extension_assignment_tenant_id(assignment), emulator_text("tenant_id"));
    CHECK_TEXT(acs_teams_extension_assignment_object_id(assignment), emulator_text("users.0.object_id"));
    CHECK_TEXT(acs_teams_extension_assignment_principal_type(assignment), type);
    CHECK_INT(acs_teams_extension_assignment_client_id_count(assignment), count);
    CHECK(acs_teams_extension_assignment_client_id(assignment, count) == NULL);
    for (size_t i = 0; i < count; i++) {
        CHECK_TEXT(acs_teams_extension_assignment_client_id(assignment, i), emulator_text("spa.client_id"));
    }
}

static void assignments_are_put_read_and_deleted(void)
{
    const char *tenant = emulator_text("tenant_id");
    const char *user = emulator_text("users.0.object_id");
    const char *const ids[] = {emulator_text("spa.client_id")};
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_teams_extension_assignment *assignment = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_put_teams_extension_assignment(client, tenant, user, "user", ids, 1, NULL, &assignment, &error),
             error);
    expect(assignment, "user", 1);
    acs_teams_extension_assignment_free(assignment);
    CHECK_OK(acs_client_get_teams_extension_assignment_submit(client, tenant, user, NULL, &delivery, NULL, &error),
             error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    assignment = acs_completion_take_teams_extension_assignment(completion);
    expect(assignment, "user", 1);
    CHECK(acs_completion_take_teams_extension_assignment(completion) == NULL);
    CHECK(acs_completion_take_user_detail(completion) == NULL);
    acs_teams_extension_assignment_free(assignment);
    acs_completion_free(completion);
    CHECK_OK(acs_client_put_teams_extension_assignment_submit(client, tenant, user, "resourceAccount", NULL, 0,
                                                              NULL, &delivery, NULL, &error),
             error);
    completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    assignment = acs_completion_take_teams_extension_assignment(completion);
    expect(assignment, "resourceAccount", 0);
    acs_teams_extension_assignment_free(assignment);
    acs_completion_free(completion);
    CHECK_OK(acs_client_delete_teams_extension_assignment(client, tenant, user, NULL, &error), error);
    acs_status status = acs_client_get_teams_extension_assignment(client, tenant, user, NULL, &assignment, &error);
    CHECK_INT(status, ACS_STATUS_NOT_FOUND);
    acs_error_free(error);
    acs_queue_free(queue);
}

static void a_custom_id_leads_to_one_identity(void)
{
    acs_queue *queue = make_queue();
    acs_delivery delivery = queue_delivery(queue, NULL);
    acs_user *user = NULL;
    acs_user *same = NULL;
    acs_user_detail *detail = NULL;
    acs_error *error = NULL;
    CHECK_OK(acs_client_create_user_with_custom_id(client, "customer-42", NULL, &user, &error), error);
    CHECK_OK(acs_client_create_user_with_custom_id(client, "customer-42", NULL, &same, &error), error);
    CHECK_TEXT(acs_user_id(same), acs_user_id(user));
    CHECK_OK(acs_client_get_user_detail(client, acs_user_id(user), NULL, &detail, &error), error);
    CHECK_TEXT(acs_user_detail_user_id(detail), acs_user_id(user));
    CHECK_TEXT(acs_user_detail_custom_id(detail), "customer-42");
    CHECK_INT(acs_user_detail_last_token_issued_at(detail), 0);
    acs_user_detail_free(detail);
    const char *const scopes[] = {"chat"};
    acs_user_token *token = NULL;
    CHECK_OK(acs_client_create_user_and_token_with_custom_id(client, "customer-42", scopes, 1, ACS_DEFAULT, NULL,
                                                             &token, &error),
             error);
    CHECK_TEXT(acs_user_token_user_id(token), acs_user_id(user));
    acs_user_token_free(token);
    CHECK_OK(acs_client_get_user_detail_submit(client, acs_user_id(user), NULL, &delivery, NULL, &error), error);
    acs_completion *completion = acs_queue_next(queue, ACS_WAIT_FOREVER);
    detail = acs_completion_take_user_detail(completion);
    CHECK(acs_user_detail_last_token_issued_at(detail) > 0);
    CHECK(acs_completion_take_user_detail(completion) == NULL);
    acs_user_detail_free(detail);
    acs_completion_free(completion);
    acs_user_free(same);
    acs_user_free(user);
    acs_queue_free(queue);
}

static void what_only_a_preview_has_is_not_sent_without_it(void)
{
    acs_client *stable = made(NULL);
    acs_user *user = NULL;
    acs_error *error = NULL;
    CHECK_INT(acs_client_create_user_with_custom_id(stable, "c", NULL, &user, &error), ACS_STATUS_INVALID_ARGUMENT);
    CHECK_TEXT(acs_error_target(error), "preview");
    acs_error_free(error);
    acs_client_free(stable);
}

int main(void)
{
    client = made(ACS_PREVIEW_API_VERSION_V2025_03_02_PREVIEW);
    RUN(assignments_are_put_read_and_deleted);
    RUN(a_custom_id_leads_to_one_identity);
    RUN(what_only_a_preview_has_is_not_sent_without_it);
    acs_client_free(client);
    return check_done();
}
