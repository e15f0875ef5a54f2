/* The bare libmicrohttpd server that `make bench` measures the reference server against: every request is read to its end, as any server must that wants to
 * know what is asked, and answered with the bytes of one file, by the same threading as ours (a thread per connection). Prints its URL in one line and ends when standard input does.
 *
 *   bare FILE
 */
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char body[1 << 20];

struct request {
    char received[1 << 16];
    size_t n;
};

static void end(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
    (void)context, (void)connection, (void)code;
    free(*state);
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)context, (void)url, (void)method, (void)version;
    struct request *request = *state;
    if (request == NULL) { /* the first call is for the head alone */
        *state = calloc(1, sizeof *request);
        return *state == NULL ? MHD_NO : MHD_YES;
    }
    if (*upload_size > sizeof request->received - request->n)
        return MHD_NO;
    if (*upload_size > 0) {
        memcpy(request->received + request->n, upload, *upload_size);
        request->n += *upload_size;
        *upload_size = 0;
        return MHD_YES;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), body, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/scim+json");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL || fread(body, 1, sizeof body - 1, file) == 0)
        return 1;
    fclose(file);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
                                                 answer, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                                 MHD_OPTION_NOTIFY_COMPLETED, end, NULL, MHD_OPTION_END);
    if (daemon == NULL)
        return 1;
    printf("listening url=http://127.0.0.1:%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    for (char byte; read(STDIN_FILENO, &byte, 1) > 0;)
        continue;
    MHD_stop_daemon(daemon);
    return 0;
}
