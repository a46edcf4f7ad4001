/* The parts of reading a framework, in the order in which a framework is made: facets and lists, indicators, indexes.
 */
#ifndef NI_FRAMEWORK_READ_H
#define NI_FRAMEWORK_READ_H

#include "model/reader.h"

/* framework_lists.c: facets, groups, units, rounds, peers, instruments. */
void ni_read_facets(ni_reader *reader, const cJSON *root, niem_framework *framework);
void ni_read_groups(ni_reader *reader, const cJSON *root, niem_framework *framework);
void ni_read_units(ni_reader *reader, const cJSON *root, niem_framework *framework);
void ni_read_rounds(ni_reader *reader, const cJSON *root, niem_framework *framework);
void ni_read_peers(ni_reader *reader, const cJSON *root, niem_framework *framework);
void ni_read_instruments(ni_reader *reader, const cJSON *root, niem_framework *framework);

/* scale.c: the scale of an indicator; a composite's parts are left to ni_read_composites. */
void ni_read_scale(ni_reader *reader, const cJSON *indicator, ni_scale *scale);

/* indicator.c: the indicators, then what refers to them: composites, conditions (also those of groups). */
void ni_read_indicators(ni_reader *reader, const cJSON *root, niem_framework *framework);

/* index.c: the indexes as trees. */
void ni_read_indexes(ni_reader *reader, const cJSON *root, niem_framework *framework);

/* Conditions, shared by indicators and groups. */
ni_condition *ni_read_condition(ni_reader *reader, const cJSON *holder, const niem_framework *framework);

/* aggregation.c: how children make one value, from the key "aggregation" of an object; NULL for the arithmetic mean. */
const ni_aggregation *ni_read_aggregation(ni_reader *reader, const cJSON *object);
/* The same from an object that holds the method and its parameters itself, beside the keys `extra`; never NULL but
 * where memory is short. */
const ni_aggregation *ni_read_aggregation_object(ni_reader *reader, const cJSON *object, const char *const *extra,
                                                 int32_t n_extra);

/* Keys of an indicator, none of which may be a facet's id. */
extern const char ni_indicator_keys[];

#endif
