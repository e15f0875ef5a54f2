/* Records of access reviews. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "common/text.h"
#include "reference-server/model/organization.h"
#include "reference-server/model/review.h"

bool record_put_review(const struct record_put *put)
{
    const struct list *reviews = &put->organization->reviews;
    for (size_t i = 0; i < reviews->count; i++) {
        const struct review *review = reviews->items[i];
        if (text_equal(review->id, put->key)) {
            review_write(review, put->data);
            return true;
        }
    }
    return false;
}

bool record_read_review(const struct record_read *read)
{
    return review_restore(read->organization, read->key, read->data);
}
