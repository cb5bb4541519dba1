// src/base/json.c: typed reads with a path in every complaint.
#include "base/json.h"
#include "base/near.h"
#include <math.h>
#include <string.h>

mw_status mw_json_parse(const char *file, const char *text, size_t len, json_t **out,
                        mw_diags *diags) {
    json_error_t error;
    json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (value) {
        *out = value;
        return MW_OK;
    }
    mw_source source = {file, text, len};
    size_t at = error.position > 0 ? (size_t)error.position : 0;
    mw_span span = {(uint32_t)(at > 0 ? at - 1 : 0), (uint32_t)at};
    mw_diag_at(diags, MW_ERROR, MW_JSON_SYNTAX, &source, span, NULL, "not JSON: %s", error.text);
    return MW_ERR_INPUT;
}

mw_json mw_json_root(json_t *value, const char *file, mw_diags *diags) {
    return (mw_json){.value = value, .file = file, .diags = diags};
}

mw_json mw_json_item(const mw_json *array, size_t index) {
    return (mw_json){.value = json_array_get(array->value, index),
                     .up = array,
                     .index = index,
                     .file = array->file,
                     .diags = array->diags};
}

mw_json mw_json_get(const mw_json *object, const char *key) {
    return (mw_json){.value = json_object_get(object->value, key),
                     .up = object,
                     .key = key,
                     .file = object->file,
                     .diags = object->diags};
}

void mw_json_path(const mw_json *at, mw_str *out) {
    if (!at->up) {
        mw_str_add_char(out, '$');
        return;
    }
    mw_json_path(at->up, out);
    if (at->key)
        mw_str_printf(out, ".%s", at->key);
    else
        mw_str_printf(out, "[%zu]", at->index);
}

bool mw_json_error(const mw_json *at, mw_diag_code code, const char *hint, const char *format,
                   ...) {
    mw_str path = {0}, message = {0};
    mw_json_path(at, &path);
    va_list args;
    va_start(args, format);
    mw_str_vprintf(&message, format, args);
    va_end(args);
    mw_diag_in(at->diags, MW_ERROR, code, at->file, mw_str_text(&path), hint, "%s",
               mw_str_text(&message));
    mw_str_clear(&path);
    mw_str_clear(&message);
    return false;
}

static const char *type_name(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a string";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a number";
    case JSON_TRUE:
    case JSON_FALSE: return "a boolean";
    case JSON_NULL: return "null";
    }
    return "something else";
}

static bool missing(const mw_json *object, const char *key, const char *expected) {
    return mw_json_error(object, MW_JSON_MISSING, NULL, "\"%s\" is missing (%s)", key, expected);
}

static bool wrong(const mw_json *at, const char *expected) {
    return mw_json_error(at, MW_JSON_TYPE, NULL, "expected %s, found %s", expected,
                         type_name(at->value));
}

bool mw_json_object(const mw_json *at) {
    return json_is_object(at->value) || wrong(at, "an object");
}

bool mw_json_array(const mw_json *object, const char *key, mw_json *out) {
    mw_json at = mw_json_get(object, key);
    if (!at.value)
        return missing(object, key, "an array");
    if (!json_is_array(at.value))
        return wrong(&at, "an array");
    *out = at;
    return true;
}

bool mw_json_string(const mw_json *object, const char *key, const char **out) {
    mw_json at = mw_json_get(object, key);
    if (!at.value)
        return missing(object, key, "a string");
    if (!json_is_string(at.value))
        return wrong(&at, "a string");
    *out = json_string_value(at.value);
    return true;
}

bool mw_json_number(const mw_json *object, const char *key, double min, double max, double *out) {
    mw_json at = mw_json_get(object, key);
    if (!at.value)
        return missing(object, key, "a number");
    if (!json_is_number(at.value))
        return wrong(&at, "a number");
    double value = json_number_value(at.value);
    if (!(value >= min && value <= max))
        return mw_json_error(&at, MW_JSON_TYPE, NULL, "%g is outside [%g, %g]", value, min, max);
    *out = value;
    return true;
}

bool mw_json_integer(const mw_json *object, const char *key, int64_t min, int64_t max,
                     int64_t *out) {
    mw_json at = mw_json_get(object, key);
    if (!at.value)
        return missing(object, key, "an integer");
    if (!json_is_integer(at.value))
        return wrong(&at, "an integer");
    int64_t value = json_integer_value(at.value);
    if (value < min || value > max)
        return mw_json_error(&at, MW_JSON_TYPE, NULL, "%lld is outside [%lld, %lld]",
                             (long long)value, (long long)min, (long long)max);
    *out = value;
    return true;
}

bool mw_json_string_or(const mw_json *object, const char *key, const char *otherwise,
                       const char **out) {
    *out = otherwise;
    return !json_object_get(object->value, key) || mw_json_string(object, key, out);
}

bool mw_json_number_or(const mw_json *object, const char *key, double min, double max,
                       double otherwise, double *out) {
    *out = otherwise;
    return !json_object_get(object->value, key) || mw_json_number(object, key, min, max, out);
}

bool mw_json_integer_or(const mw_json *object, const char *key, int64_t min, int64_t max,
                        int64_t otherwise, int64_t *out) {
    *out = otherwise;
    return !json_object_get(object->value, key) || mw_json_integer(object, key, min, max, out);
}

bool mw_json_only(const mw_json *object, const char *const keys[]) {
    bool only = true;
    const char *key;
    json_t *value;
    json_object_foreach(object->value, key, value) {
        bool known = false;
        mw_near nearest = mw_near_to(key);
        for (size_t i = 0; keys[i]; i++) {
            known = known || strcmp(keys[i], key) == 0;
            mw_near_offer(&nearest, keys[i]);
        }
        if (known)
            continue;
        char hint[128];
        if (nearest.best)
            snprintf(hint, sizeof hint, "did you mean \"%s\"?", nearest.best);
        only = mw_json_error(object, MW_JSON_UNKNOWN, nearest.best ? hint : NULL,
                             "unknown key \"%s\"", key);
    }
    return only;
}
