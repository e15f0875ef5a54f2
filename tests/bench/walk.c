/* Walks a list by cursor (RFC 9865) and says where it has come to.
 *
 *   walk URL TOKEN PAGES     URL: of the list with its query, without `cursor`
 *
 * Prints the URL of the page that comes after PAGES pages. */
#include "common/base.h"

#include "common/error.h"
#include "common/json.h"
#include "common/memory.h"
#include "common/text.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define PAGES_MAX 1000000

static size_t keep_reply(char *p, size_t size, size_t n, void *context)
{
    buffer_add_bytes(context, p, size * n);
    return size * n;
}

/* The cursor of the next page; NULL: there is none. */
static const char *turn(CURL *curl, struct arena *arena, const char *url)
{
    struct error err;
    struct buffer reply = buffer_new(0);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    CURLcode code = curl_easy_perform(curl);
    const json *page = code == CURLE_OK ? json_parse(arena, (struct bytes){buffer_text(&reply), reply.n}, url, &err) : NULL;
    buffer_release(&reply);
    return json_get_text(page, "nextCursor", NULL);
}

int main(int argc, char **argv)
{
    uint64_t pages;
    if (argc != 4 || !text_to_u64(argv[3], PAGES_MAX, &pages))
        return 2;
    struct arena *arena CLEANUP(arena_cleanup) = arena_new();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, arena_printf(arena, "Authorization: Bearer %s", argv[2]));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_reply);
    struct buffer url = buffer_new(0);
    const char *cursor = "";
    for (uint64_t i = 0; i <= pages && cursor != NULL; i++) {
        struct arena *of_page CLEANUP(arena_cleanup) = arena_new();
        buffer_clear(&url);
        buffer_printf(&url, "%s&cursor=%s", argv[1], cursor);
        cursor = i == pages ? cursor : turn(curl, of_page, buffer_text(&url));
        cursor = cursor == NULL ? NULL : arena_strdup(arena, cursor);
    }
    if (cursor == NULL)
        fprintf(stderr, "walk: %s has no %s pages\n", argv[1], argv[3]);
    else
        puts(buffer_text(&url));
    buffer_release(&url);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return cursor == NULL;
}
