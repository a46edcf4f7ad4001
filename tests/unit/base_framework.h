/* A framework that has a bit of everything, for tests and fuzzers. */
#ifndef BASE_FRAMEWORK_H
#define BASE_FRAMEWORK_H

static const char BASE[] =
    "{\"format\":\"niem-framework/1\",\"id\":\"base\",\"version\":\"1.0\",\"title\":\"Base\","
    "\"titles\":{\"pl\":\"Podstawa\"},\"meta\":{\"free\":[1,{\"x\":null}]},"
    "\"facets\":[{\"id\":\"area\",\"values\":[{\"id\":\"legal\"},{\"id\":\"social\",\"label\":\"Social\"}]},"
    "{\"id\":\"dimension\",\"within\":\"area\",\"values\":[{\"id\":\"residency\",\"within\":\"legal\"},"
    "{\"id\":\"housing\",\"within\":\"social\",\"aliases\":[\"homes\"]}]},"
    "{\"id\":\"step\",\"values\":[{\"id\":\"law\"},{\"id\":\"deed\"}]}],"
    "\"groups\":[{\"id\":\"ref\",\"aliases\":[\"refugee\"]},{\"id\":\"sub\"},"
    "{\"id\":\"both\",\"merge\":[\"ref\",\"sub\"]},"
    "{\"id\":\"shared\",\"merge\":[\"ref\",\"sub\"],\"over\":\"common\",\"weights\":{\"ref\":3}}],"
    "\"units\":[{\"id\":\"PL\",\"label\":\"Poland\",\"iso2\":\"PL\",\"iso3\":\"POL\",\"aliases\":[\"POL\",\"Polska\"]},"
    "{\"id\":\"EL\",\"aliases\":[\"GR\"]}],"
    "\"rounds\":[{\"id\":\"r2\",\"date\":\"2021-03-31\"},{\"id\":\"r1\",\"date\":\"2019-03-31\",\"aliases\":[\"first\"]"
    "}],"
    "\"peers\":[{\"id\":\"v4\",\"units\":[\"PL\",\"HU\"]}],"
    "\"instruments\":[{\"id\":\"QD\",\"source\":\"OJ\",\"valid_from\":\"2011-12-20\"}],"
    "\"indicators\":["
    "{\"id\":\"RES-1\",\"label\":\"Permit\",\"dimension\":\"residency\",\"step\":\"law\",\"aliases\":[\"R1\"],"
    "\"standards\":[{\"ref\":\"Art. 24\",\"instrument\":\"QD\",\"checked\":true}],"
    "\"scale\":{\"kind\":\"ordinal\",\"options\":[{\"id\":\"a\",\"points\":100},{\"id\":\"b\",\"points\":50},"
    "{\"id\":\"c\",\"points\":0}]}},"
    "{\"id\":\"RES-2\",\"dimension\":\"residency\",\"step\":\"deed\",\"groups\":[\"ref\"],"
    "\"scale\":{\"kind\":\"binary\",\"favourable\":\"no\"}},"
    "{\"id\":\"HOU-1\",\"dimension\":\"housing\",\"step\":\"law\",\"scale\":{\"kind\":\"numeric\",\"unit\":\"months\","
    "\"worst\":24,\"best\":0,\"minimum\":0}},"
    "{\"id\":\"HOU-2\",\"dimension\":\"housing\",\"step\":\"deed\",\"scale\":{\"kind\":\"checklist\","
    "\"items\":[{\"id\":\"p\"},{\"id\":\"q\"},{\"id\":\"r\"}]}},"
    "{\"id\":\"HOU-3\",\"dimension\":\"housing\",\"step\":\"deed\","
    "\"applies_if\":{\"indicator\":\"RES-1\",\"in\":[\"a\",\"b\"]},\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"STAT\",\"scored\":false,\"scale\":{\"kind\":\"numeric\"}}],"
    "\"indexes\":[{\"id\":\"overall\",\"label\":\"Overall\",\"levels\":[\"area\",\"dimension\"]},"
    "{\"id\":\"plain\",\"nodes\":[{\"id\":\"top\",\"children\":[\"RES-1\",\"homing\"],\"weights\":{\"homing\":3}},"
    "{\"id\":\"homing\",\"children\":[\"HOU-1\",\"HOU-2\"]}]}],"
    "\"default_index\":\"overall\",\"default_group\":\"both\"}";

#endif
