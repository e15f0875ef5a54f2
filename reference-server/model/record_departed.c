/* Records of people who were deleted and can be restored. */
#include "common/base.h"

#include "reference-server/model/record_rows.h"

#include "reference-server/model/departed.h"

bool record_put_departed(const struct record_put *put)
{
    const struct departed *departed = departed_find(put->organization, put->key);
    if (departed == NULL) {
        return false;
    }
    put->record->data = json_print(put->arena, departed->kept);
    return true;
}

bool record_read_departed(const struct record_read *read)
{
    return departed_take_back(read->organization, read->key, read->data);
}
