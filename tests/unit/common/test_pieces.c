#include "common/base.h"
#include "common/pieces.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tap.h"

#define MANY (PIECES_KEPT + 100)

/* Takes many at once, writes all of each, finds what it has written, and gives them back: no two are the same memory. */
static void *play(void *context)
{
    static const unsigned char letters[] = "abcdefg";
    bool *good = context;
    unsigned char *pieces[MANY];
    *good = true;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < MANY; i++) {
            pieces[i] = piece_take();
            *good = *good && pieces[i] != NULL;
            memset(pieces[i], letters[i % 7], PIECE_BYTES);
            memcpy(pieces[i], &i, sizeof i);
        }
        for (size_t i = 0; i < MANY; i++) {
            *good = *good && memcmp(pieces[i], &i, sizeof i) == 0 && pieces[i][PIECE_BYTES - 1] == letters[i % 7];
            piece_give(pieces[i]);
        }
    }
    return NULL;
}

static void pieces_are_nobody_elses(void **state)
{
    UNUSED(state);
    bool good[3];
    pthread_t threads[2];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, play, &good[i]), 0);
    play(&good[2]);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0); /* what it kept is gone with it: the leak checker looks */
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(good[i]);
}

static void a_piece_is_mallocs(void **state)
{
    UNUSED(state);
    free(piece_take());
    piece_give(malloc(PIECE_BYTES));
    piece_give(NULL);
    free(piece_take());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_nobody_elses),
        cmocka_unit_test(a_piece_is_mallocs),
    };
    return tap_run("pieces", tests);
}
