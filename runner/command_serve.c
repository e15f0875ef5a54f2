#include "common/base.h"

#include "common/digest.h"
#include "common/error.h"
#include "common/http_client.h"
#include "reference-server/serve.h"
#include "runner/commands.h"

int command_serve(struct options *options)
{
    struct error err = {0};
    uint64_t port, seed, cost;
    if (!options_u64(options, "port", 8080, 65535, &port, &err) || !options_u64(options, "seed", 0, UINT64_MAX, &seed, &err) ||
        !options_u64(options, "password-cost", PASSWORD_LOG_N, PASSWORD_MOST_LOG_N, &cost, &err))
        return command_fails(&err);
    const char *public_url = options_text(options, "public-url");
    if (public_url != NULL && !http_check_base_url(public_url, "--public-url", &err))
        return command_fails(&err);
    size_t defect_count, schema_count;
    const char *const *defects = options_list(options, "defect", &defect_count);
    size_t limit_count;
    const char *const *limits = options_list(options, "limit", &limit_count);
    const char *const *schemas = options_list(options, "schemas", &schema_count);
    const struct serve_options serving = {
        .address = options_text(options, "address"),
        .port = (uint16_t)port,
        .public_url = public_url,
        .tls = {options_text(options, "tls-certificate"), options_text(options, "tls-key"),
                options_text(options, "tls-client-ca")},
        .admin_token = options_text(options, "admin-token"),
        .scim_token = options_text(options, "scim-token"),
        .secrets = options_text(options, "secrets"),
        .organization = options_text(options, "organization"),
        .data = options_text(options, "data"),
        .empty = options_flag(options, "empty"),
        .schemas = schemas,
        .schema_count = schema_count,
        .defects = defects,
        .defect_count = defect_count,
        .strict = options_flag(options, "strict"),
        .seeded = options_text(options, "seed") != NULL,
        .seed = seed,
        .limits = limits,
        .limit_count = limit_count,
        .password_cost = cost == 0 ? 1 : (unsigned)cost, /* 0 is no cost, and refused as too little */
        .until_eof = options_flag(options, "until-eof"),
    };
    return serve(&serving, &err) == 0 ? 0 : command_fails(&err);
}
