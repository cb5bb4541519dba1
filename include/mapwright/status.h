// include/mapwright/status.h: how a function of Mapwright ends. Public.
#pragma once

/** What went wrong in the world or in an input. Our own bugs are assertions, never a status. */
typedef enum mw_status {
    MW_OK = 0,
    MW_ERR_INPUT,  ///< an outside input is wrong; the diagnostics say where and why
    MW_ERR_IO,     ///< a file or a process could not be used; the diagnostics say which
    MW_ERR_NOMEM,  ///< out of memory
    MW_ERR_RANGE,  ///< an argument is outside its documented range
    MW_ERR_CANCEL, ///< interrupted by the user
} mw_status;
