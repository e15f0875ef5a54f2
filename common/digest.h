/* digest.h: the one door to OpenSSL's libcrypto. Thread-safe. */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include "common/base.h"

struct arena;
struct error;

#define RANDOM_TOKEN_MAX ((size_t)256) /* bytes of chance in a token */

/* scrypt (RFC 7914): 2^PASSWORD_LOG_N rounds in 2 MiB, some milliseconds: dear to guess by, cheap enough to test with. */
#define PASSWORD_LOG_N       11
#define PASSWORD_R           8
#define PASSWORD_P           1
#define PASSWORD_LEAST_LOG_N 4
#define PASSWORD_MOST_LOG_N  17 /* 128 MiB, a third of a second */

/* For what digest_password makes from now on; before there are threads. Below PASSWORD_LOG_N only for made-up passwords that go with
 * the process: half of the time of a whole `run` went into hashing them. */
void digest_password_cost(unsigned log_n);

/* "scrypt$11$8$1$<salt>$<hash>": what is kept of a person's password. It says its own parameters, so that these may be raised. salt: no `$` in it. */
char *digest_password(struct arena *arena, const char *salt, const char *password);
/* Is this the password of what digest_password gave? Compares in constant time; kept NULL (nobody, or no password) is false and takes as long. */
bool digest_password_is(const char *kept, const char *password);

void digest_sha256_hex(struct bytes data, char out[65]);
bool digest_equal(const char *a, const char *b); /* time depends on lengths only */
/* base64url without padding, from the system's generator */
bool random_token(struct arena *arena, size_t bytes, char **out, struct error *err) MUST_USE;
char *base64_encode(struct arena *arena, struct bytes data);
/* RFC 4648 §4, with its padding and nothing else in it; a NUL stands behind the last byte. False: it is no base64. */
bool base64_decode(struct arena *arena, const char *text, struct bytes *out);

#endif
