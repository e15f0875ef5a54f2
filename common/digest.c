#include "common/base.h"
#include "common/digest.h"

#include "common/error.h"
#include "common/memory.h"
#include "common/text.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

#define SCRYPT_BYTES     32
#define SCRYPT_MAX_LOG_N 20
#define SCRYPT_MAX_R     32
#define SCRYPT_MAX_P     16
#define SCRYPT_MEMORY    ((uint64_t)8 << 30) /* more than the three together can ask for */

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void hex_text(const unsigned char *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

static EVP_MD *sha256; /* kept, since to find it takes longer than to hash a token */

static void find_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void digest_sha256_hex(struct bytes data, char out[65])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    pthread_once(&once, find_sha256);
    int done = EVP_Digest(data.p == NULL ? "" : data.p, data.n, hash, &size, sha256, NULL);
    assert(done == 1 && size == 32); /* else a libcrypto without SHA-256 */
    UNUSED(done);
    hex_text(hash, 32, out);
}

/* --- passwords --- */

struct scrypt {
    uint64_t log_n, r, p;
};

static char *scrypt_text(struct arena *arena, const struct scrypt *cost, const char *salt, const char *password)
{
    unsigned char hash[SCRYPT_BYTES];
    char hex[2 * SCRYPT_BYTES + 1];
    const unsigned char *salt_bytes = (const unsigned char *)salt;
    if (EVP_PBE_scrypt(password, strlen(password), salt_bytes, strlen(salt), (uint64_t)1 << cost->log_n, cost->r, cost->p,
                       SCRYPT_MEMORY, hash, sizeof hash) != 1)
        mem_exhausted();
    hex_text(hash, sizeof hash, hex);
    return arena_printf(arena, "scrypt$%u$%u$%u$%s$%s", (unsigned)cost->log_n, (unsigned)cost->r, (unsigned)cost->p, salt, hex);
}

static struct scrypt usual = {PASSWORD_LOG_N, PASSWORD_R, PASSWORD_P};

void digest_password_cost(unsigned log_n)
{
    assert(log_n >= PASSWORD_LEAST_LOG_N && log_n <= PASSWORD_MOST_LOG_N);
    usual.log_n = log_n;
}

char *digest_password(struct arena *arena, const char *salt, const char *password)
{
    return scrypt_text(arena, &usual, salt, password);
}

bool digest_password_is(const char *kept, const char *password)
{
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    struct scrypt cost = usual;
    const char *const *parts;
    size_t count = text_split(arena, kept == NULL ? "" : kept, '$', &parts);
    bool known = count == 6 && strcmp(parts[0], "scrypt") == 0 && text_to_u64(parts[1], SCRYPT_MAX_LOG_N, &cost.log_n) &&
                 text_to_u64(parts[2], SCRYPT_MAX_R, &cost.r) && text_to_u64(parts[3], SCRYPT_MAX_P, &cost.p) && cost.log_n > 0 &&
                 cost.r > 0 && cost.p > 0;
    if (known)
        return digest_equal(scrypt_text(arena, &cost, parts[4], password), kept);
    digest_password(arena, "nobody", password);
    return false;
}

bool digest_equal(const char *a, const char *b)
{
    size_t n = strlen(a);
    return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}

static char *encode(struct arena *arena, const unsigned char *p, size_t n, const char *alphabet, bool padded)
{
    char *out = arena_array(arena, n / 3 + 2, 4);
    char *to = out;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned group = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0u);
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        if (left > 1)
            *to++ = alphabet[group >> 6 & 63];
        if (left > 2)
            *to++ = alphabet[group & 63];
        for (size_t missing = left; padded && missing < 3; missing++)
            *to++ = '=';
    }
    return out;
}

bool random_token(struct arena *arena, size_t bytes, char **out, struct error *err)
{
    unsigned char random[RANDOM_TOKEN_MAX];
    if (bytes > sizeof random)
        return error_set(err, ERROR_LIMIT, "", "", "a token has at most %zu random bytes", sizeof random);
    if (RAND_bytes(random, (int)bytes) != 1)
        return error_set(err, ERROR_INTERNAL, "", "", "the system gives no random bytes");
    *out = encode(arena, random, bytes, url_safe, false);
    OPENSSL_cleanse(random, sizeof random);
    return true;
}

char *base64_encode(struct arena *arena, struct bytes data)
{
    return encode(arena, (const unsigned char *)data.p, data.n, standard, true);
}

/* The bits of up to four letters; padding counts as zeros. */
static bool read_group(const char *p, size_t letters, unsigned *group)
{
    *group = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *at = i < letters ? strchr(standard, p[i]) : standard;
        if (at == NULL || *at == '\0')
            return false;
        *group = *group << 6 | (unsigned)(at - standard);
    }
    return true;
}

bool base64_decode(struct arena *arena, const char *text, struct bytes *out)
{
    size_t n = strlen(text), letters = n;
    while (letters > 0 && n - letters < 2 && text[letters - 1] == '=')
        letters--;
    if (n % 4 != 0)
        return false;
    char *bytes = arena_alloc(arena, n / 4 * 3 + 1);
    for (size_t i = 0, to = 0; i < n; i += 4) {
        size_t here = letters - i < 4 ? letters - i : 4;
        unsigned group;
        if (!read_group(text + i, here, &group) || (here < 4 && (group & (here == 2 ? 0xffffu : 0xffu)) != 0))
            return false; /* also bits that would be lost (RFC 4648 §3.5) */
        for (int shift = 16; shift >= 0; shift -= 8)
            bytes[to++] = (char)(group >> shift & 0xff);
    }
    size_t size = letters * 3 / 4;
    bytes[size] = '\0';
    *out = (struct bytes){bytes, size};
    return true;
}
