/* pieces.h: pieces of memory of one size that a thread keeps when it has done with them, for trees that come and go with each request.
 *
 * malloc has seven pieces of a size at hand for each thread; the hundreds of nodes that a request makes and drops go through lists that all threads share,
 * and are joined and cut up again there, which takes the longer the more the process holds. A piece is one of malloc's, so free() ends it as well as
 * piece_give() does, and any of malloc's of PIECE_BYTES may be given. Each thread has its own, PIECES_KEPT at most, and frees them when it ends.
 */
#ifndef COMMON_PIECES_H
#define COMMON_PIECES_H

#include "common/base.h"

#define PIECE_BYTES ((size_t)64) /* a node of cJSON */
#define PIECES_KEPT 512

void *piece_take(void);       /* PIECE_BYTES, not zeroed; NULL: malloc has none */
void piece_give(void *piece); /* NULL is fine */

#endif
