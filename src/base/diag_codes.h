// src/base/diag_codes.h: every diagnostic there is, one row each; enum, tests and
// docs/diagnostics.md come from it. A code never changes its meaning and is never used again for
// another one. X(number, NAME, "what it means, as a noun phrase")
#pragma once

// 11xx: lexing and syntax. 12xx: names. 13xx: types and static checks. 14xx: evaluation. 15xx:
// warnings.
#define MW_DIAG_LIST_LANG(X)                                                                       \
    X(1101, UNEXPECTED_CHARACTER, "a character that means nothing in a mapper")                    \
    X(1102, UNTERMINATED_STRING, "a string without its end")                                       \
    X(1103, INTEGER_TOO_LARGE, "an integer that does not fit into 64 bits")                        \
    X(1104, BAD_NUMBER, "a word that starts with a digit")                                         \
    X(1105, MARKDOWN_FENCE, "a markdown fence around or inside the program")                       \
    X(1106, MAPPER_TOO_LARGE, "a mapper of more bytes than one may have")                          \
    X(1110, SYNTAX, "text where something else must stand")                                        \
    X(1111, MISSING_SEMICOLON, "a statement without its ';'")                                      \
    X(1112, COLON_AFTER_DEF, "a colon after def f(...), as in Python, instead of braces")          \
    X(1113, RESERVED_WORD, "a reserved word where a name must stand")                              \
    X(1114, WORD_OPERATOR, "and, or, not instead of &&, || and == False")                          \
    X(1115, TOO_DEEP, "an expression nested too deeply")                                           \
    X(1116, UNKNOWN_STATEMENT, "a word that starts no statement")                                  \
    X(1117, UNKNOWN_PROC_KIND, "a word that is no processor kind")                                 \
    X(1118, UNKNOWN_MEM_KIND, "a word that is no memory kind")                                     \
    X(1119, UNKNOWN_CONSTRAINT, "a word that is no layout constraint")                             \
    X(1120, OLD_DIALECT, "a map statement of the older dialect, with a machine in it")             \
    X(1121, UNPACK_OPERAND, "an unpacked tuple as an operand")                                     \
    X(1122, COMMENT_DIVISION, "a // that starts a comment where a division was meant")             \
    X(1123, EXTENSION, "an extension of the language, refused by --strict")                        \
    X(1124, TOO_MANY, "more elements, names or parameters than there may be")                      \
    X(1125, UNCLOSED, "a function's body without its '}'")                                         \
    X(1126, TYPED_VARIABLE, "a variable declared with a type")                                     \
    X(1127, UNSUPPORTED_STATEMENT,                                                                 \
      "a statement of other languages: if, for, while, a stray return")                            \
    X(1128, UNPACK_PLACE, "an unpacked tuple where none may stand")                                \
    X(1129, SHORT_TUPLE, "parentheses with fewer than two elements")                               \
    X(1130, BRACELESS_BODY, "a function's body without braces")                                    \
    X(1131, FOREIGN_TYPE, "a type that other languages have")                                      \
    X(1132, UNTYPED_PARAMETER, "a parameter without its type")                                     \
    X(1133, COMPOUND_ASSIGNMENT, "+=, ++ and their like")                                          \
    X(1134, POWER, "** as an operator")                                                            \
    X(1135, LAMBDA, "a function without a name")                                                   \
    X(1136, BIT_OPERATOR, "&, |, !, ^ or ~ alone")                                                 \
    X(1137, QUOTED_NAME, "a name in quotes")                                                       \
    X(1138, JSON_WRAPPED, "a program inside JSON")                                                 \
    X(1139, TYPOGRAPHIC, "a quote, dash, blank or operator that is not the ASCII one")             \
    X(1140, STRAY_RETURN, "a return outside a function")                                           \
    X(1141, INNER_ASSIGNMENT, "an assignment where none may stand")                                \
    X(1142, IDLE_STATEMENT, "an expression as a statement, which would do nothing")                \
    X(1143, LIST_BRACKETS, "square brackets around the elements of a tuple")                       \
    X(1144, FRACTION, "a number with a fraction or an exponent")                                   \
    X(1145, PYTHON_CONDITIONAL, "a if c else b, as in Python")                                     \
    X(1146, RETURN_TYPE, "a function with a result type")                                          \
    X(1147, MISSING_DEF, "a function without def, as in C")                                        \
    X(1148, WRONG_ENCODING, "a file that is not UTF-8")                                            \
    X(1149, STRAY_BRACE, "a '}' that closes nothing")                                              \
    X(1150, SINGLE_QUOTES, "a string in single quotes")                                            \
    X(1151, CONVERSION, "a conversion between types")                                              \
    X(1152, BLOCK_COMMENT, "a comment between /* and */")                                          \
    X(1202, DUPLICATE_FUNCTION, "a second function of one name")                                   \
    X(1203, UNDEFINED_NAME, "a name that nothing defines")                                         \
    X(1204, GLOBAL_REASSIGNED, "a second assignment to a global")                                  \
    X(1205, DUPLICATE_PARAMETER, "two parameters of one name")                                     \
    X(1206, USED_BEFORE_DEFINITION, "a name used above its definition")                            \
    X(1207, NOT_A_FUNCTION, "a call of something that is no function")                             \
    X(1208, UNKNOWN_MEMBER, "a property or method that a value does not have")                     \
    X(1209, LOCAL_REASSIGNED, "a second assignment to a local, refused by --strict")               \
    X(1210, FOREIGN_CONSTANT, "true, None and their like from other languages")                    \
    X(1211, FOREIGN_FUNCTION, "a function that other languages have built in")                     \
    X(1212, FOREIGN_MEMBER, "a property by the name that another system gives it")                 \
    X(1301, WRONG_TYPE, "a value of the wrong type")                                               \
    X(1302, WRONG_ARITY, "a call with too few or too many arguments")                              \
    X(1303, MISSING_RETURN, "a function that returns nothing")                                     \
    X(1304, ENTRY_PARAMETERS, "a map function that does not take exactly one Task")                \
    X(1305, ENTRY_RESULT, "a map function that returns no place")                                  \
    X(1306, WRONG_LENGTH, "tuples or indices of lengths that do not match")                        \
    X(1307, PROPERTY_CALLED, "a property called like a method")                                    \
    X(1308, METHOD_NOT_CALLED, "a method without its arguments")                                   \
    X(1309, PRINT_ARGUMENTS, "a print with more or fewer {} than values")                          \
    X(1310, ZERO_DIVISOR, "a division by a literal zero")                                          \
    X(1311, INDEX_LITERAL, "a literal index outside a tuple or space")                             \
    X(1312, CHAINED_INDEX, "m[i][j] instead of m[i, j]")                                           \
    X(1313, ENDLESS_RECURSION, "functions that call each other whatever happens")                  \
    X(1314, CALL_CHAIN, "calls that nest deeper than they may, whatever happens")                  \
    X(1315, WRONG_LAUNCH, "a map that asks for what its kind of launch does not have")             \
    X(1401, OVERFLOW, "an integer that leaves 64 bits")                                            \
    X(1402, DIVISION_BY_ZERO, "a division by zero")                                                \
    X(1403, VALUE_TYPE, "a value of the wrong type, found while running")                          \
    X(1404, VALUE_LENGTH, "tuples or indices of lengths that do not match, found while running")   \
    X(1405, TUPLE_INDEX, "an index or slice outside a tuple")                                      \
    X(1406, OUTSIDE_SPACE, "an index outside its processor space")                                 \
    X(1407, TRANSFORMATION, "a transformation that a processor space does not allow")              \
    X(1408, CALL_DEPTH_EXCEEDED, "calls nested too deeply")                                        \
    X(1409, CALL_STEPS_EXCEEDED, "a call that takes too many steps")                               \
    X(1410, NOT_INDEX_LAUNCH, "an index point asked of a single task")                             \
    X(1411, NOT_SINGLE_TASK, "a parent or a processor asked of a task of an index launch")         \
    X(1412, NO_VALUE_YET, "a global used before it has a value")                                   \
    X(1413, NOT_IN_SPACE, "a processor that is not in the space")                                  \
    X(1414, NOT_A_PLACE, "a map function that returned no place")                                  \
    X(1415, TOO_MANY_PLACES, "a set of more processors than there may be")                         \
    X(1416, UNKNOWN_PROCESSOR, "a processor asked of a task that has none yet")                    \
    X(1501, NEVER_APPLIES, "a rule that an earlier one hides")                                     \
    X(1502, UNREACHABLE, "a statement that is never reached")                                      \
    X(1503, BYTE_ORDER_MARK, "a byte order mark before the program")                               \
    X(1504, LISTED_TWICE, "a name or kind that a statement lists twice")                           \
    X(1505, UNUSED_FUNCTION, "a function that nothing uses")                                       \
    X(1506, UNUSED_GLOBAL, "a global that nothing uses")

// 20xx: machine descriptions
#define MW_DIAG_LIST_MACHINE(X)                                                                    \
    X(2001, MACHINE_NOT_FOUND, "a machine that is neither shipped nor a file")                     \
    X(2002, MACHINE_NAME, "a name in a machine description that is taken or means nothing")        \
    X(2003, MACHINE_CONFLICT, "parts of a machine description that do not fit together")           \
    X(2004, MACHINE_NODES, "a node count that the machine does not allow")

// 30xx: graph files
#define MW_DIAG_LIST_GRAPH(X)                                                                      \
    X(3001, GRAPH_DAMAGED, "a graph file that is cut short or changed")                            \
    X(3002, GRAPH_VERSION, "a graph file of another version or byte order")                        \
    X(3003, NOT_A_GRAPH, "a file that is no graph file")                                           \
    X(3004, GRAPH_LIMIT, "a program too large or too odd for a graph")                             \
    X(3010, KERNELS_UNKNOWN_KIND, "kernel data for a task kind that the graph has not")            \
    X(3011, KERNELS_ARGUMENT, "kernel data for an argument that a task kind has not")              \
    X(3012, KERNELS_CONFLICT, "kernel data that does not fit together")

// 40xx: planning (a mapper that does not fit the graph and the machine)
#define MW_DIAG_LIST_PLAN(X)                                                                       \
    X(4001, NO_VARIANT, "a task kind with no variant for any processor of the machine")            \
    X(4002, WRONG_PROCESSOR_KIND, "an index map that returns processors of another kind")          \
    X(4003, MAP_FAILED, "an index map that fails for a point of a launch")                         \
    X(4004, MEMORY_UNREACHABLE, "a memory that the processor cannot reach")                        \
    X(4005, LAYOUT_REFUSED, "a layout that the kernel does not accept")                            \
    X(4010, RULE_NEVER_APPLIES, "a rule that matches nothing in this graph")                       \
    X(4011, NO_EFFECT_YET, "a statement that has no effect in this engine yet")                    \
    X(4012, NO_SUCH_PROCESSOR, "a kind of processor that the machine has not")

// 50xx: simulation
#define MW_DIAG_LIST_SIM(X)                                                                        \
    X(5001, OUT_OF_MEMORY, "a task whose arguments can never fit in the memory chosen for them")   \
    X(5002, SIMULATION_STUCK, "tasks that wait for one another for ever")

// 60xx: real runs
#define MW_DIAG_LIST_RUN(X)                                                                        \
    X(6001, PROGRAM_NOT_FOUND, "a program that cannot be started")                                 \
    X(6002, PROGRAM_FAILED, "a program that ended with an exit status other than 0")               \
    X(6003, PROGRAM_CRASHED, "a program that a signal ended")                                      \
    X(6004, PROGRAM_TIMED_OUT, "a program that was ended at its time limit")                       \
    X(6005, PROGRAM_WITHOUT_STARPU, "a program in which our library saw no StarPU")                \
    X(6006, PROGRAM_CANCELLED, "a run that the user interrupted")                                  \
    X(6007, PROGRAM_NOT_STARTED, "a system that gives us no process or pipe")                      \
    X(6008, LIBRARY_NOT_FOUND, "a part of Mapwright that is not where it belongs")                 \
    X(6009, NOTHING_RECORDED, "a run of which no graph was written")                               \
    X(6010, NOT_MEASURED, "a property of this machine that cannot be measured")

// 70xx: files, sessions
#define MW_DIAG_LIST_FILE(X)                                                                       \
    X(7030, NOTHING_TO_TUNE, "a recording without tasks")                                          \
    X(7001, CANNOT_READ, "a file that cannot be read")                                             \
    X(7002, CANNOT_WRITE, "a file that cannot be written")                                         \
    X(7003, TOO_LARGE, "a file larger than its kind may be")                                       \
    X(7010, JSON_SYNTAX, "text that is not JSON")                                                  \
    X(7011, JSON_TYPE, "a JSON value of the wrong type or out of range")                           \
    X(7012, JSON_MISSING, "a JSON object without a required key")                                  \
    X(7013, JSON_UNKNOWN, "a JSON object with a key that means nothing here")                      \
    X(7020, SESSION_THERE, "a folder that already holds something")                                \
    X(7021, SESSION_NOT_THERE, "a folder without a tuning run")                                    \
    X(7022, SESSION_DAMAGED, "a tuning run whose files do not fit together")                       \
    X(7031, NO_MAPPER_RUNS, "a tuning run in which no mapper can run")

#define MW_DIAG_LIST(X)                                                                            \
    MW_DIAG_LIST_LANG(X)                                                                           \
    MW_DIAG_LIST_MACHINE(X)                                                                        \
    MW_DIAG_LIST_GRAPH(X)                                                                          \
    MW_DIAG_LIST_PLAN(X)                                                                           \
    MW_DIAG_LIST_SIM(X)                                                                            \
    MW_DIAG_LIST_RUN(X)                                                                            \
    MW_DIAG_LIST_FILE(X)
