#include "common/base.h"
#include "common/http_client.h"

#include "common/clock.h"
#include "common/error.h"
#include "common/http.h"
#include "common/memory.h"
#include "common/text.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Shorter than the keep-alive of common servers, so that none closes a connection at the moment it is used again. */
#define MAX_IDLE_S  3L
#define TOKEN_MARKS "!#$%&'*+-.^_`|~" /* RFC 9110 5.6.2, beside letters and digits */

struct http_client {
    CURL *curl;
    struct http_client_options options;
    bool deaf;          /* to the stop flag */
    bool timed_out;     /* the last exchange */
    const char *suites; /* TLS 1.2 alone; NULL: and later */
    struct buffer body; /* reused */
    uint64_t last_us;
    char reason[CURL_ERROR_SIZE];
};

/* One request and its reply while libcurl works on them. */
struct transfer {
    struct http_client *client;
    struct arena *arena;
    struct http_headers headers;
    const char *reason;
    size_t header_bytes;
    unsigned attempts;
    uint64_t byte_us; /* when the last one went or came */
    curl_off_t sent;  /* by then */
    bool head_done;   /* what follows are trailers */
    bool too_large, malformed, interrupted, idle;
};

/* --- what libcurl calls --- */

static size_t take_body(char *p, size_t size, size_t n, void *context)
{
    struct transfer *transfer = context;
    transfer->byte_us = clock_monotonic_us();
    buffer_add_bytes(&transfer->client->body, p, size * n);
    transfer->too_large = transfer->client->body.full;
    return transfer->too_large ? 0 : size * n;
}

static const char *latin1_to_utf8(struct arena *arena, const char *p, size_t n)
{
    char *text = arena_array(arena, n * 2 + 1, 1);
    char *out = text;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c < 0x80) {
            *out++ = p[i];
        } else {
            *out++ = (char)(0xc0 | (c >> 6));
            *out++ = (char)(0x80 | (c & 0x3f));
        }
    }
    return text;
}

static const char *wire_text(struct arena *arena, const char *p, size_t n)
{
    return text_is_utf8(p, n) ? arena_strndup(arena, p, n) : latin1_to_utf8(arena, p, n);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **p, size_t *n)
{
    while (*n > 0 && is_blank((*p)[*n - 1]))
        (*n)--;
    while (*n > 0 && is_blank(**p)) {
        (*p)++;
        (*n)--;
    }
}

/* A line that begins with a blank continues the one before (obs-fold, RFC 9112 5.2). */
static void take_field(struct transfer *transfer, const char *p, size_t n)
{
    struct http_headers *headers = &transfer->headers;
    bool folded = is_blank(p[0]);
    const char *colon = folded ? NULL : memchr(p, ':', n);
    if (folded && headers->count > 0) {
        trim(&p, &n);
        struct http_header *last = &headers->items[headers->count - 1];
        last->value = arena_printf(transfer->arena, "%s %s", last->value, wire_text(transfer->arena, p, n));
    } else if (colon != NULL) {
        const char *value = colon + 1;
        size_t value_size = n - (size_t)(value - p), name_size = (size_t)(colon - p);
        trim(&value, &value_size);
        trim(&p, &name_size);
        http_add_header(transfer->arena, headers, wire_text(transfer->arena, p, name_size),
                        wire_text(transfer->arena, value, value_size));
    }
}

/* "HTTP/1.1 404 No such user": what stands behind the second blank (RFC 9112 4). */
static void take_reason(struct transfer *transfer, const char *line, size_t n)
{
    const char *p = line, *end = line + n;
    for (int blanks = 0; blanks < 2 && p < end; p++)
        blanks += *p == ' ';
    transfer->reason = p < end ? wire_text(transfer->arena, p, (size_t)(end - p)) : NULL;
}

static size_t take_header(char *p, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t all = size * count, n = all;
    transfer->byte_us = clock_monotonic_us();
    transfer->header_bytes += n;
    transfer->too_large = transfer->header_bytes > HTTP_CLIENT_MAX_HEADERS;
    transfer->malformed = memchr(p, '\0', n) != NULL;
    if (transfer->too_large || transfer->malformed)
        return 0;
    while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
        n--;
    if (n == 0) {
        transfer->head_done = true;
    } else if (n >= 5 && strncmp(p, "HTTP/", 5) == 0 && (transfer->head_done || transfer->headers.count == 0)) {
        transfer->headers.count = 0; /* a status line: what came before was an interim reply */
        transfer->head_done = false;
        take_reason(transfer, p, n);
    } else if (!transfer->head_done) {
        take_field(transfer, p, n);
    }
    return all;
}

static bool is_idle(struct transfer *transfer, curl_off_t sent)
{
    uint64_t now = clock_monotonic_us(), most = (uint64_t)transfer->client->options.idle_ms * 1000;
    if (sent != transfer->sent)
        transfer->byte_us = now;
    transfer->sent = sent;
    return most > 0 && now - transfer->byte_us >= most;
}

/* libcurl calls this with whatever happens, and once a second when nothing does. */
static int watch(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    UNUSED(down_all);
    UNUSED(down);
    UNUSED(up_all);
    struct transfer *transfer = context;
    const volatile int *stop = transfer->client->options.stop;
    transfer->interrupted = stop != NULL && !transfer->client->deaf && __atomic_load_n(stop, __ATOMIC_RELAXED) != 0;
    transfer->idle = is_idle(transfer, up);
    return transfer->interrupted || transfer->idle ? 1 : 0;
}

/* libcurl would silently repeat a request whose reused connection breaks before the first byte of the reply. The server may have acted
 * on it already, so the second attempt is refused. */
static int before_sending(void *context, char *ip, char *local_ip, int port, int local_port)
{
    UNUSED(ip);
    UNUSED(local_ip);
    UNUSED(port);
    UNUSED(local_port);
    struct transfer *transfer = context;
    return ++transfer->attempts == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* --- life --- */

bool http_client_setup(struct error *err)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(err, ERROR_INTERNAL, "http client", "", "libcurl does not start");
    return true;
}

void http_client_teardown(void)
{
    curl_global_cleanup();
}

/* Options that stay. */
static void configure(struct http_client *client)
{
    CURL *curl = client->curl;
    const struct http_client_options *options = &client->options;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, MAX_IDLE_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(options->timeout_ms == 0 ? 60000 : options->timeout_ms));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)(options->connect_ms == 0 ? 5000 : options->connect_ms));
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->reason);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, before_sending);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2); /* or later */
    if (options->files.ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, options->files.ca);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL); /* the system's, which would be trusted too */
    }
    if (options->files.certificate != NULL) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT, options->files.certificate);
        curl_easy_setopt(curl, CURLOPT_SSLKEY, options->files.key);
    }
}

struct http_client *http_client_new(const struct http_client_options *options)
{
    struct http_client *client = mem_alloc(sizeof *client);
    if (options != NULL)
        client->options = *options;
    client->body = buffer_new(client->options.max_body == 0 ? 16 * MIB : client->options.max_body);
    client->curl = curl_easy_init();
    if (client->curl != NULL)
        configure(client);
    return client;
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    curl_easy_cleanup(client->curl);
    buffer_release(&client->body);
    mem_free(client);
}

void http_client_ignore_stop(struct http_client *client, bool on)
{
    client->deaf = on;
}

void http_client_set_idle(struct http_client *client, unsigned idle_ms)
{
    client->options.idle_ms = idle_ms;
}

bool http_client_timed_out(const struct http_client *client)
{
    return client->timed_out;
}

void http_client_offer(struct http_client *client, const char *suites_of_1_2)
{
    if (client->curl == NULL || client->suites == suites_of_1_2)
        return;
    client->suites = suites_of_1_2;
    curl_easy_setopt(client->curl, CURLOPT_SSLVERSION,
                     (long)CURL_SSLVERSION_TLSv1_2 | (suites_of_1_2 != NULL ? (long)CURL_SSLVERSION_MAX_TLSv1_2 : 0L));
    curl_easy_setopt(client->curl, CURLOPT_SSL_CIPHER_LIST, suites_of_1_2);
}

uint64_t http_client_last_us(const struct http_client *client)
{
    return client->last_us;
}

/* --- what may go on the wire --- */

static bool is_token(const char *text)
{
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        bool letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9');
        if (!letter && strchr(TOKEN_MARKS, *text) == NULL)
            return false;
    }
    return true;
}

/* lowest: the first byte allowed, 0x20 with blanks, 0x21 without; a tab is fine where a blank is. */
static bool is_line(const char *text, unsigned char lowest)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c < lowest && !(c == '\t' && lowest == 0x20)) || c == 0x7f)
            return false;
    }
    return true;
}

static bool check_request(const char *base, const struct http_request *request, struct error *err)
{
    if (!is_line(base, 0x21))
        return error_set(err, ERROR_INVALID, "", "percent-encode it", "the base URL holds a blank or a control character");
    if (request->method == NULL || !is_token(request->method))
        return error_set(err, ERROR_INVALID, "", "", "the method is not a token");
    if (request->target == NULL || !is_line(request->target, 0x21))
        return error_set(err, ERROR_INVALID, "", "percent-encode it", "the target holds a blank or a control character");
    for (size_t i = 0; i < request->headers.count; i++) {
        const struct http_header *header = &request->headers.items[i];
        if (!is_token(header->name) || !is_line(header->value, 0x20))
            return error_set(err, ERROR_INVALID, "", "",
                             "header %zu has a name that is not a token, or a control character in its value", i + 1);
    }
    return true;
}

/* --- sending --- */

struct url {
    const char *full;   /* for libcurl: connection and Host */
    const char *target; /* for the request line, byte by byte */
};

static struct url join(struct arena *arena, const char *base, const char *target)
{
    size_t n = strcspn(base, "?#");
    while (n > 0 && base[n - 1] == '/')
        n--;
    const char *authority = strstr(base, "://");
    size_t start = authority == NULL ? 0 : (size_t)(authority - base) + 3;
    size_t path = start < n ? start + strcspn(base + start, "/?#") : n;
    path = path < n ? path : n;
    bool joined = target[0] == '/' || ((target[0] == '?' || target[0] == '\0') && path < n);
    return (struct url){arena_printf(arena, "%.*s/", (int)path, base),
                        arena_printf(arena, "%.*s%s%s", (int)(n - path), base + path, joined ? "" : "/", target)};
}

static struct curl_slist *append(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);
    return longer == NULL ? list : longer;
}

static bool wants_body(const struct http_request *request)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH"};
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (strcmp(request->method, methods[i]) == 0)
            return true;
    return request->body.n > 0;
}

/* Host as libcurl would write it; NULL for one that it would change on the way (a zone, letters beyond ASCII): then its own order stays. */
static const char *host_line(struct arena *arena, const char *url)
{
    char *scheme = NULL, *host = NULL, *port = NULL;
    const char *line = NULL;
    CURLU *parsed = curl_url();
    if (curl_url_set(parsed, CURLUPART_URL, url, CURLU_PATH_AS_IS) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        bool plain = strchr(host, '%') == NULL;
        for (const char *p = host; *p != '\0'; p++)
            plain = plain && (unsigned char)*p < 0x80;
        bool own_port = curl_url_get(parsed, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) == CURLUE_OK;
        line = plain ? arena_printf(arena, "Host: %s%s%s", host, own_port ? ":" : "", own_port ? port : "") : NULL;
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parsed);
    return line;
}

/* An empty Host takes libcurl's own away, which would come first; a Content-Length in the list keeps it from adding one at the end. */
static struct curl_slist *header_list(struct arena *arena, const struct http_request *request, const char *url)
{
    const struct http_headers *headers = &request->headers;
    bool placed = request->own_before != NULL && http_header(headers, request->own_before) != NULL &&
                  http_header(headers, "Host") == NULL && http_header(headers, "Content-Length") == NULL;
    const char *host = placed ? host_line(arena, url) : NULL;
    static const char *const unwanted[] = {"Accept", "Content-Type", "Expect", "User-Agent"}; /* that libcurl would add */
    struct curl_slist *list = host == NULL ? NULL : append(NULL, "Host:");
    for (size_t i = 0; i < headers->count; i++) {
        const struct http_header *header = &headers->items[i];
        if (host != NULL && text_equal_nocase(header->name, request->own_before)) {
            if (wants_body(request))
                list = append(list, arena_printf(arena, "Content-Length: %zu", request->body.n));
            list = append(list, host);
            host = NULL;
        }
        bool empty = header->value[strspn(header->value, " \t")] == '\0';
        list = append(list, empty ? arena_printf(arena, "%s;", header->name)
                                  : arena_printf(arena, "%s: %s", header->name, header->value));
    }
    for (size_t i = 0; i < ARRAY_LEN(unwanted); i++)
        if (http_header(headers, unwanted[i]) == NULL)
            list = append(list, arena_printf(arena, "%s:", unwanted[i]));
    return list;
}

static void set_method(CURL *curl, const struct http_request *request)
{
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L); /* undoes what the request before set */
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    if (wants_body(request)) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.n == 0 ? "" : request->body.p);
    } else if (strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    }
}

static CURLcode perform(struct http_client *client, const struct url *url, const struct http_request *request,
                        struct transfer *transfer)
{
    CURL *curl = client->curl;
    struct curl_slist *headers = header_list(transfer->arena, request, url->full);
    set_method(curl, request);
    curl_easy_setopt(curl, CURLOPT_URL, url->full);
    curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET, url->target);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, http_header(&request->headers, "Accept-Encoding"));
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, transfer);
    client->reason[0] = '\0';
    buffer_clear(&client->body);
    client->body.full = false;
    uint64_t start = clock_monotonic_us();
    CURLcode code = curl_easy_perform(curl);
    client->last_us = clock_monotonic_us() - start;
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    return code;
}

#define ANY               (-1)
#define ANY_CODE          CURLE_OK /* TLS 1.2 and 1.3 are told at different times */
#define WANTS_CERTIFICATE "give one with --client-certificate and --client-key"
#define OTHER_CERTIFICATE "give another with --client-certificate and --client-key"

/* What people can do about it; anything else has libcurl's words only. The first row that fits counts. */
static const struct {
    CURLcode code;
    long verified;       /* what OpenSSL found out about the server's certificate (X509_V_ERR_...), or ANY */
    const char *pattern; /* of the reason that libcurl gives; NULL: any */
    const char *message, *remedy;
} failures[] = {
    {ANY_CODE, ANY, "*SSL*alert*certificate required*", "the server wants a client certificate", WANTS_CERTIFICATE},
    {ANY_CODE, ANY, "*SSL*alert*certificate expired*", "the server says that the client certificate has expired",
     OTHER_CERTIFICATE},
    {ANY_CODE, ANY, "*SSL*alert unknown ca*", "the server does not trust the CA of the client certificate", OTHER_CERTIFICATE},
    {ANY_CODE, ANY, "*SSL*alert*certificate*", "the server refuses the client certificate", OTHER_CERTIFICATE},
    {CURLE_COULDNT_CONNECT, ANY, NULL, "no connection", "is the server running, and are host and port right?"},
    {CURLE_COULDNT_RESOLVE_HOST, ANY, NULL, "the host name is unknown", "check the host in the URL"},
    {CURLE_OPERATION_TIMEDOUT, ANY, NULL, "no complete reply in time", "is the server overloaded, or the time-out too short?"},
    {CURLE_GOT_NOTHING, ANY, NULL, "the server closed the connection without a reply",
     "is it an https port? else see the server's log"},
    {CURLE_PEER_FAILED_VERIFICATION, ANY, "*subject name*match*", "the server's certificate is for another host",
     "use a host name that is in it"},
    {CURLE_PEER_FAILED_VERIFICATION, 9, NULL, "the server's certificate is not valid yet", "check the clocks of both machines"},
    {CURLE_PEER_FAILED_VERIFICATION, 10, NULL, "the server's certificate has expired", "have it renewed, or check the clock"},
    {CURLE_PEER_FAILED_VERIFICATION, 18, NULL, "the server's certificate is self-signed", "trust that certificate with --ca"},
    {CURLE_PEER_FAILED_VERIFICATION, 19, NULL, "the server's certificate is of a CA that is not trusted",
     "name the CA with --ca"},
    {CURLE_PEER_FAILED_VERIFICATION, ANY, NULL, "the server's certificate is not trusted",
     "name the CA that signed it with --ca"},
    {CURLE_SSL_CACERT_BADFILE, ANY, NULL, "the file of CA certificates can't be used", "give a PEM file"},
    {CURLE_SSL_CERTPROBLEM, ANY, NULL, "the client certificate or its key can't be used", "give PEM files that belong together"},
    {CURLE_RECV_ERROR, ANY, NULL, "the connection broke while the reply was awaited", "see the server's log"},
    {CURLE_SEND_ERROR, ANY, NULL, "the connection broke while the request was sent", "see the server's log"},
    {CURLE_PARTIAL_FILE, ANY, NULL, "the reply ended too early", "see the server's log"},
    {CURLE_OUT_OF_MEMORY, ANY, NULL, "a line of the reply's head is longer than can be read", "see the server's log"},
    {CURLE_ABORTED_BY_CALLBACK, ANY, NULL, "the server closed the connection without a reply", "see the server's log"},
    {CURLE_SSL_CONNECT_ERROR, ANY, "*alert*protocol version*", "the server has no TLS 1.2 or later", "have the server updated"},
    {CURLE_SSL_CONNECT_ERROR, ANY, "*wrong version number*", "the server does not speak TLS there", "is it an http port?"},
    {CURLE_SSL_CONNECT_ERROR, ANY, NULL, "the TLS handshake failed", "is it an https port?"},
    {CURLE_UNSUPPORTED_PROTOCOL, ANY, NULL, "this is not HTTP", "is it an http port?"},
    {CURLE_WEIRD_SERVER_REPLY, ANY, NULL, "this is not HTTP", "is it an http port?"},
    {CURLE_BAD_CONTENT_ENCODING, ANY, NULL, "the body can't be decoded as its Content-Encoding says", "see the server's log"},
};

/* The handshake of a client that offers little; some servers cut it off without an alert. */
static bool is_not_agreed(const struct http_client *client, CURLcode code)
{
    return client->suites != NULL && code == CURLE_SSL_CONNECT_ERROR && !text_glob("*wrong version number*", client->reason);
}

/* What our own callbacks have ended; false: they have not, and libcurl knows why. */
static bool ended_by_us(const struct http_client *client, const struct transfer *transfer, const char *where, struct error *err)
{
    if (transfer->interrupted)
        return !error_set(err, ERROR_INTERRUPTED, where, "", "stopped while waiting for the reply");
    if (transfer->idle)
        return !error_set(err, ERROR_UNREACHABLE, where, "is the server overloaded, or the time-out too short?",
                          "no byte in time: none for %g s", client->options.idle_ms / 1000.0);
    if (transfer->too_large)
        return !error_set(err, ERROR_REPLY, where, "see the server's log", "the reply%s is larger than %zu bytes",
                          client->body.full ? "" : "'s head, interim replies included,",
                          client->body.full ? client->body.max : (size_t)HTTP_CLIENT_MAX_HEADERS);
    return transfer->malformed && !error_set(err, ERROR_REPLY, where, "see the server's log", "the reply has a NUL in a header");
}

static bool explain(const struct http_client *client, CURLcode code, const struct transfer *transfer, const char *where,
                    struct error *err)
{
    if (ended_by_us(client, transfer, where, err))
        return false;
    if (code == CURLE_COULDNT_CONNECT && transfer->attempts > 0)
        code = CURLE_ABORTED_BY_CALLBACK; /* the request was sent; what failed is the second try, see before_sending */
    const char *message = "no reply", *remedy = "";
    long verified = 0;
    curl_easy_getinfo(client->curl, CURLINFO_SSL_VERIFYRESULT, &verified);
    for (size_t i = ARRAY_LEN(failures); i-- > 0;) {
        bool fits = (failures[i].code == code || failures[i].code == ANY_CODE) &&
                    (failures[i].verified == ANY || failures[i].verified == verified) &&
                    (failures[i].pattern == NULL || text_glob(failures[i].pattern, client->reason));
        message = fits ? failures[i].message : message;
        remedy = fits ? failures[i].remedy : remedy;
    }
    if (is_not_agreed(client, code)) {
        message = "the server has no TLS 1.2 with a suite that this client offers, or the handshake failed otherwise";
        remedy = "have it speak TLS 1.2 with one of the suites of docs/targets.md";
    }
    bool own = code == CURLE_ABORTED_BY_CALLBACK; /* libcurl's words would speak of the callback */
    const char *reason = own ? "" : client->reason[0] != '\0' ? client->reason : curl_easy_strerror(code);
    return error_set(err, ERROR_UNREACHABLE, where, remedy, "%s%s%s", message, *reason == '\0' ? "" : ": ", reason);
}

/* Method and URL without the query, which may hold what should not be shown. */
static const char *place(struct arena *arena, const struct url *url, const struct http_request *request)
{
    return arena_printf(arena, "%s %.*s%.*s", request->method, (int)strlen(url->full) - 1, url->full,
                        (int)strcspn(url->target, "?"), url->target);
}

bool http_client_send(struct http_client *client, const char *base, const struct http_request *request, struct arena *arena,
                      struct http_response *out, struct error *err)
{
    if (client->curl == NULL)
        return error_set(err, ERROR_INTERNAL, "http client", "", "libcurl gives no handle");
    if (!check_request(base, request, err))
        return false;
    struct url url = join(arena, base, request->target);
    struct transfer transfer = {.client = client, .arena = arena, .byte_us = clock_monotonic_us()};
    client->timed_out = false;
    if (client->options.stop != NULL && watch(&transfer, 0, 0, 0, 0) != 0)
        return explain(client, CURLE_OK, &transfer, place(arena, &url, request), err);
    CURLcode code = perform(client, &url, request, &transfer);
    client->timed_out = transfer.idle || code == CURLE_OPERATION_TIMEDOUT;
    if (code != CURLE_OK)
        return explain(client, code, &transfer, place(arena, &url, request), err);
    long status = 0;
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    *out = (struct http_response){.status = (int)status, .reason = transfer.reason, .headers = transfer.headers};
    out->body = arena_bytes(arena, buffer_text(&client->body), client->body.n);
    return true;
}

/* --- base URLs --- */

static bool bad_url(const char *what, const char *problem, struct error *err)
{
    return error_set(err, ERROR_USAGE, what, "give the SCIM base, such as https://scim.example.com/scim/v2", "%s", problem);
}

bool http_check_base_url(const char *url, const char *what, struct error *err)
{
    if (!is_line(url, 0x21))
        return bad_url(what, "the URL holds a blank or a control character", err);
    if (!text_starts_nocase(url, "http://") && !text_starts_nocase(url, "https://"))
        return bad_url(what, "the URL does not begin with http:// or https://", err);
    if (strchr(url, '#') != NULL)
        return bad_url(what, "the URL has a fragment", err);
    const char *authority = strstr(url, "://") + 3;
    if (memchr(authority, '@', strcspn(authority, "/?")) != NULL)
        return bad_url(what, "the URL holds a user name or password", err);
    if (strcspn(authority, "/?:") == 0)
        return bad_url(what, "the URL has no host", err);
    CURLU *parsed = curl_url();
    CURLUcode code = curl_url_set(parsed, CURLUPART_URL, url, CURLU_DISALLOW_USER | CURLU_PATH_AS_IS);
    curl_url_cleanup(parsed);
    return code == CURLUE_OK ||
           bad_url(what, code == CURLUE_BAD_PORT_NUMBER ? "the port is not a number up to 65535" : "the URL is malformed", err);
}
