// src/base/explain_lang.c: the diagnostics of the mapper language. The examples are checked by
// tests/lang/test_explain.c: `wrong` has the code, `right` has no error. A run-time one shows it
// for a launch of 8 points on 2 nodes with 4 CPUs and 2 GPUs each, as an index launch or one by
// one.
#include "base/explain.h"

#define MACHINE "m = Machine(GPU);\n"
#define MAP(body) MACHINE "def f(Task t) { " body " }\nIndexTaskMap work f;"
#define SINGLE(body) MACHINE "def f(Task t) { " body " }\nSingleTaskMap work f;"

const mw_explanation mw_explanations_lang[] = {
    // --- text and statements
    {MW_UNEXPECTED_CHARACTER,
     "Names, numbers and operators are ASCII. Remove the character; comments and strings may hold "
     "any "
     "text.",
     "Task work @GPU;", "Task work GPU;"},
    {MW_UNTERMINATED_STRING, "A string starts and ends with \" on one line.", "print(\"hello);",
     "print(\"hello\");"},
    {MW_INTEGER_TOO_LARGE, "Integers have 64 bits: the largest is 9223372036854775807.",
     "a = 9223372036854775808;", "a = 9223372036854775807;"},
    {MW_BAD_NUMBER,
     "A number is decimal digits only, with no prefix and no suffix; a name starts with a letter "
     "or _.",
     "a = 0x10;", "a = 16;"},
    {MW_MARKDOWN_FENCE,
     "The text of a mapper is the program and nothing else. Leave out the lines with ``` and "
     "whatever "
     "is written around the program.",
     "```\nTask work GPU;\n```", "Task work GPU;"},
    {MW_MAPPER_TOO_LARGE,
     "A mapper has at most 1 MiB. One of a few hundred lines is large already.", NULL, NULL},
    {MW_SYNTAX,
     "The message says what must stand there. The mistake may be a little before the place: a "
     "missing "
     "bracket, comma or operator.",
     "a = (1, 2;", "a = (1, 2);"},
    {MW_MISSING_SEMICOLON, "Every statement but a function's definition ends with ';'.",
     "Task work GPU\nRegion * * GPU FBMEM;", "Task work GPU;\nRegion * * GPU FBMEM;"},
    {MW_COLON_AFTER_DEF,
     "This is Python's way. Here a body stands in braces, every statement in it ends with ';', and "
     "indentation means nothing.",
     MACHINE "def f(Task t):\n    return m[0, 0];\n",
     MACHINE "def f(Task t) {\n    return m[0, 0];\n}"},
    {MW_RESERVED_WORD,
     "The words of the language name nothing else: statements, kinds of processors and memories, "
     "types, "
     "tuple, for, in, True, False. Words after a dot (size, len, split, ...) are free.",
     "Task print GPU;", "Task print_time GPU;"},
    {MW_WORD_OPERATOR, "Conditions are combined with && and ||; `not x` is `x == False`.",
     MAP("return t.ipoint[0] > 0 and True ? m[0, 0] : m[0, 1];"),
     MAP("return t.ipoint[0] > 0 && True ? m[0, 0] : m[0, 1];")},
    {MW_TOO_DEEP, "Expressions nest at most 200 deep. Give names to parts of it with assignments.",
     NULL, NULL},
    {MW_UNKNOWN_STATEMENT,
     "A statement starts with Task, Region, Layout, InstanceLimit, CollectMemory, IndexTaskMap, "
     "SingleTaskMap, ControlReplicate, Priority, def or print, or it is an assignment. Case "
     "counts.",
     "task work GPU;", "Task work GPU;"},
    {MW_UNKNOWN_PROC_KIND,
     "Processors are CPU, GPU, OMP (the cores of a socket together), IO and PY, written exactly "
     "so.",
     "m = Machine(GPUs);", "m = Machine(GPU);"},
    {MW_UNKNOWN_MEM_KIND,
     "Memories are SYSMEM (host), FBMEM (a GPU's own), ZCMEM (host memory that GPUs reach), RDMEM, "
     "SOCKMEM "
     "(of a socket); in Region also VIRTUAL, which means no instance.",
     "Region * * GPU VRAM;", "Region * * GPU FBMEM;"},
    {MW_UNKNOWN_CONSTRAINT,
     "Layout constraints are SOA or AOS, C_order or F_order, Compact, Exact, and Align with a "
     "comparison "
     "and bytes. They follow one another without commas.",
     "Layout * * * row_major;", "Layout * * * C_order;"},
    {MW_OLD_DIALECT,
     "Map statements once named a machine. Now a function says itself which processor space it "
     "picks "
     "from.",
     MACHINE "def f(Task t) { return m[0, 0]; }\nIndexTaskMap work m f;", MAP("return m[0, 0];")},
    {MW_UNPACK_OPERAND,
     "`*` in an index or a tuple unpacks the postfix expression right after it. To unpack the "
     "result of "
     "an operator, put that in parentheses.",
     MAP("return m[*m.size - (1, 1)];"), MAP("return m[*(m.size - (1, 1))];")},
    {MW_COMMENT_DIVISION,
     "`//` starts a comment, so the rest of the line is gone. `/` divides integers, and truncates "
     "toward zero.",
     "a = 7 // 2;", "a = 7 / 2;"},
    {MW_EXTENSION,
     "With --strict a mapper must be one that the reference implementation accepts. The message "
     "says "
     "which extension it uses, the hint how to do without.",
     "InstanceLimit a, b 4;", "InstanceLimit a 4;\nInstanceLimit b 4;"},
    {MW_TOO_MANY,
     "A tuple and a space have at most 16 elements, a function 16 parameters, a statement 4096 "
     "names.",
     "a = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);",
     "a = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);"},
    {MW_UNCLOSED, "Every '{' needs its '}' before the next statement of the program.",
     MACHINE "def f(Task t) { return m[0, 0];\nIndexTaskMap work f;", MAP("return m[0, 0];")},
    {MW_TYPED_VARIABLE, "Only parameters have types in front of them. A variable has its value's.",
     "int n = 4;", "n = 4;"},
    {MW_UNSUPPORTED_STATEMENT,
     "A body has assignments, prints and a return, one after the other. Choose between values with "
     "`condition ? a : b`; compute several with a comprehension; call a function for the rest.",
     MAP("if (t.ipoint[0] == 0) { return m[0, 0]; } return m[0, 1];"),
     MAP("return t.ipoint[0] == 0 ? m[0, 0] : m[0, 1];")},
    {MW_UNPACK_PLACE,
     "`*` unpacks only in the index of a space and in a tuple. Pass the tuple itself.",
     "def sum(IPoint p) { return p[0] + p[1]; }\na = sum(*(1, 2));",
     "def sum(IPoint p) { return p[0] + p[1]; }\na = sum((1, 2));"},
    {MW_SHORT_TUPLE,
     "A tuple has two elements or more. One in parentheses is an integer; there is no empty tuple.",
     "a = (1,);", "a = 1;"},
    {MW_BRACELESS_BODY, "A function's body stands in braces.",
     MACHINE "def f(Task t)\n    return m[0, 0];\n",
     MACHINE "def f(Task t) {\n    return m[0, 0];\n}"},
    {MW_FOREIGN_TYPE,
     "Parameters are int, bool, IPoint and ISpace (tuples of integers), MSpace (a processor space) "
     "or "
     "Task.",
     "def half(int64_t x) { return x / 2; }", "def half(int x) { return x / 2; }"},
    {MW_UNTYPED_PARAMETER, "Every parameter has its type before its name.",
     "def half(x) { return x / 2; }", "def half(int x) { return x / 2; }"},
    {MW_COMPOUND_ASSIGNMENT,
     "Write the assignment out. Or use a new name: most values never change.",
     MAP("i = 0; i += 1; return m[0, i];"), MAP("i = 0; i = i + 1; return m[0, i];")},
    {MW_POWER, "There is no power. Multiply, or write a function that does.", "a = 3 ** 2;",
     "a = 3 * 3;"},
    {MW_LAMBDA, "Functions have names: define one with def.", "half = lambda x: x / 2;",
     "def half(int x) { return x / 2; }"},
    {MW_BIT_OPERATOR, "There are no operators on bits. Conditions use && and ||.",
     MAP("return True & True ? m[0, 0] : m[0, 1];"),
     MAP("return True && True ? m[0, 0] : m[0, 1];")},
    {MW_QUOTED_NAME, "Names of tasks, regions and functions stand without quotes.",
     "Task \"work\" GPU;", "Task work GPU;"},
    {MW_JSON_WRAPPED,
     "The file starts like JSON. Take the mapper's text out of it, with real line breaks and "
     "quotes.",
     "{\"mapper\": \"Task work GPU;\"}", "Task work GPU;"},
    {MW_TYPOGRAPHIC,
     "Word processors and chat programs put such characters in. Write the ASCII one.",
     "a = 5 \xE2\x80\x93 3;", "a = 5 - 3;"},
    {MW_STRAY_RETURN,
     "return stands in functions only. Often a '}' before it has closed the function too early.",
     MACHINE "return m[0, 0];", MAP("return m[0, 0];")},
    {MW_INNER_ASSIGNMENT,
     "An assignment is a statement: one name, '=', a value. Comparison is '=='; arguments have no "
     "names; "
     "elements of tuples cannot be assigned.",
     "a = 1;\nb = (a = 1) ? 2 : 3;", "a = 1;\nb = (a == 1) ? 2 : 3;"},
    {MW_IDLE_STATEMENT,
     "A value that goes nowhere. Functions are called by map statements; a body's value is what it "
     "returns.",
     "def half(int x) { return x / 2; }\nhalf(3);",
     "def half(int x) { return x / 2; }\na = half(3);"},
    {MW_LIST_BRACKETS, "Square brackets index. A tuple stands in parentheses.", "a = [1, 2];",
     "a = (1, 2);"},
    {MW_FRACTION, "All numbers are integers, and '/' truncates: multiply first, then divide.",
     "a = 7 * 0.5;", "a = 7 / 2;"},
    {MW_PYTHON_CONDITIONAL, "The condition comes first: condition ? a : b.",
     "a = 1 if True else 2;", "a = True ? 1 : 2;"},
    {MW_RETURN_TYPE, "A function's head has no result type.",
     "def half(int x) -> int { return x / 2; }", "def half(int x) { return x / 2; }"},
    {MW_MISSING_DEF, "A function starts with def.", "int half(int x) { return x / 2; }",
     "def half(int x) { return x / 2; }"},
    {MW_WRONG_ENCODING, "Save the file as UTF-8 (or plain ASCII).", NULL, NULL},
    {MW_STRAY_BRACE, "Remove it, or look for the '{' that is missing above.", "Task work GPU;\n}",
     "Task work GPU;"},
    {MW_SINGLE_QUOTES, "Strings stand in \"...\", and only in print.", "print('hello');",
     "print(\"hello\");"},
    {MW_CONVERSION,
     "There is nothing to convert: a value keeps its type, and '/' gives an integer.",
     "a = int(7 / 2);", "a = 7 / 2;"},
    {MW_BLOCK_COMMENT, "Comments start with # (or //) and end with the line.",
     "/* everything on GPUs */\nTask * GPU;", "# everything on GPUs\nTask * GPU;"},
    // --- names
    {MW_DUPLICATE_FUNCTION, "Remove or rename one of them.",
     "def f(int x) { return x; }\ndef f(int y) { return y; }\na = f(1);",
     "def f(int x) { return x; }\na = f(1);"},
    {MW_UNDEFINED_NAME,
     "Define it, or spell it as it is defined. A function sees globals, its parameters and its own "
     "variables, not those of its callers.",
     MAP("return mm[0, 0];"), MAP("return m[0, 0];")},
    {MW_GLOBAL_REASSIGNED,
     "A global has one value. Use a second name, or a variable of a function.", "a = 1;\na = 2;",
     "a = 1;\nb = 2;"},
    {MW_DUPLICATE_PARAMETER, "Rename one of them.", "def f(int x, int x) { return x; }",
     "def f(int x, int y) { return x + y; }"},
    {MW_USED_BEFORE_DEFINITION,
     "Globals and maps are read from top to bottom: move the definition up. Inside bodies any "
     "order is "
     "fine.",
     "a = b;\nb = 1;", "b = 1;\na = b;"},
    {MW_NOT_A_FUNCTION,
     "Only functions are called. An element of a tuple is t[i], a place is m[i, j].",
     MACHINE "a = m(0, 0);", MACHINE "a = m[0, 0];"},
    {MW_UNKNOWN_MEMBER, "The hint lists what the value has.", MACHINE "a = m.siez;",
     MACHINE "a = m.size;"},
    {MW_LOCAL_REASSIGNED,
     "The reference implementation ignores a second assignment, here it takes effect: with "
     "--strict it "
     "is refused, since the two disagree.",
     MAP("i = 0; i = 1; return m[0, i];"), MAP("i = 0; j = 1; return m[i, j];")},
    {MW_FOREIGN_CONSTANT,
     "The constants are True and False. There is no value that stands for none.", "a = true;",
     "a = True;"},
    {MW_FOREIGN_FUNCTION,
     "Only Machine(KIND) and the methods of spaces and tasks are built in. The hint says how to "
     "write the "
     "same.",
     "a = max(1, 2);", "def larger(int a, int b) { return a > b ? a : b; }\na = larger(1, 2);"},
    {MW_FOREIGN_MEMBER, "The hint has the name that it has here.", MAP("return m[0, t.index[0]];"),
     MAP("return m[0, t.ipoint[0]];")},
    // --- types
    {MW_WRONG_TYPE,
     "Operands have the same type: int with int, tuple with tuple of the same length, bool with "
     "bool. "
     "Conditions are bools, indices are integers.",
     "a = 1 + True;", "a = 1 + 1;"},
    {MW_WRONG_ARITY, "The hint shows the arguments that it takes.", MACHINE "a = m.split(0);",
     MACHINE "a = m.split(0, 2);"},
    {MW_MISSING_RETURN, "A function ends with return.", MAP("i = t.ipoint[0];"),
     MAP("i = t.ipoint[0]; return m[0, i];")},
    {MW_ENTRY_PARAMETERS, "A function that a map statement names takes exactly one Task.",
     MACHINE "def f(int x) { return m[0, x]; }\nIndexTaskMap work f;",
     MAP("return m[0, t.ipoint[0]];")},
    {MW_ENTRY_RESULT, "A map returns a place: a processor space with an index.",
     MAP("return t.ipoint;"), MAP("return m[0, t.ipoint[0]];")},
    {MW_WRONG_LENGTH,
     "Tuples of different lengths do not combine, and a space takes one index for each "
     "dimension.",
     MAP("return m[t.ipoint[0]];"), MAP("return m[0, t.ipoint[0]];")},
    {MW_PROPERTY_CALLED, "Properties take no parentheses: m.size, t.ipoint, t.len.",
     MACHINE "a = m.size();", MACHINE "a = m.size;"},
    {MW_METHOD_NOT_CALLED, "Methods take arguments.", MACHINE "a = m.reverse;",
     MACHINE "a = m.reverse(0);"},
    {MW_PRINT_ARGUMENTS, "As many {} in the string as values after it.", "print(\"{} {}\", 1);",
     "print(\"{}\", 1);"},
    {MW_ZERO_DIVISOR, "This would fail whenever it is evaluated.", "a = 1 / 0;", "a = 1 / 1;"},
    {MW_INDEX_LITERAL,
     "Elements and dimensions count from 0; -1 is a tuple's last element, and nothing in a space.",
     MACHINE "a = m.size[2];", MACHINE "a = m.size[1];"},
    {MW_CHAINED_INDEX, "A place is picked by one index with a number for each dimension.",
     MAP("return m[0][t.ipoint[0]];"), MAP("return m[0, t.ipoint[0]];")},
    {MW_ENDLESS_RECURSION, "A recursive function must choose between calling itself and a value.",
     "def f(int n) { return f(n - 1); }\na = f(3);",
     "def f(int n) { return n == 0 ? 0 : f(n - 1); }\na = f(3);"},
    {MW_CALL_CHAIN, "Calls nest at most 64 deep.", NULL, NULL},
    {MW_WRONG_LAUNCH,
     "Tasks of an index launch have .ipoint and .ispace, single tasks .parent and .processor(m). "
     "Name the "
     "function in the map statement of the other kind, or write a second one.",
     SINGLE("return m[0, t.ipoint[0]];"), MAP("return m[0, t.ipoint[0]];")},
    // --- evaluation
    {MW_OVERFLOW, "The result does not fit into 64 bits. The message has the values.",
     "a = 9223372036854775807 + 1;", "a = 9223372036854775806 + 1;"},
    {MW_DIVISION_BY_ZERO, "The divisor was 0 for this point: guard it, or add 1.",
     MAP("return m[0, 1 / t.ipoint[0]];"), MAP("return m[0, 1 / (t.ipoint[0] + 1)];")},
    {MW_VALUE_TYPE, "A value was of another type than what was done with it takes.",
     "def first(IPoint p) { return p[0]; }\ndef g(bool b) { return b ? first((1, 2)) : first((3, "
     "4)); }\n"
     "def h(int x) { return x == 0 ? g(True) : h(x - 1); }\ndef k(int x) { return h(x)[0]; }\na = "
     "k(1);",
     NULL},
    {MW_VALUE_LENGTH, "The tuple has as many elements as the launch domain has dimensions.",
     MAP("return m[*t.ipoint];"), MAP("return m[0, t.ipoint[0] % m.size[1]];")},
    {MW_TUPLE_INDEX, "The launch domain has fewer dimensions than the index needs.",
     MAP("return m[0, t.ipoint[1]];"), MAP("return m[0, t.ipoint[0] % m.size[1]];")},
    {MW_OUTSIDE_SPACE,
     "Every index must be inside its dimension's extent. Take it modulo the extent (cyclic), or "
     "scale it: "
     "p * m.size[d] / t.ispace[d] (blocks).",
     MAP("return m[0, t.ipoint[0]];"), MAP("return m[0, t.ipoint[0] % m.size[1]];")},
    {MW_TRANSFORMATION,
     "A split needs a factor of the extent, a merge two dimensions, a slice bounds inside. The "
     "message has "
     "the extents.",
     MACHINE "a = m.split(1, 3);", MACHINE "a = m.split(1, 2);"},
    {MW_CALL_DEPTH_EXCEEDED, "Calls nest at most 64 deep: a recursion goes on for too long.",
     "def f(int n) { return n == 0 ? 0 : f(n - 1); }\na = f(100);",
     "def f(int n) { return n == 0 ? 0 : f(n - 1); }\na = f(10);"},
    {MW_CALL_STEPS_EXCEEDED, "One call may take a million steps. A recursion branches too often.",
     "def f(int n) { return n == 0 ? 0 : f(n - 1) + f(n - 1); }\na = f(40);",
     "def f(int n) { return n == 0 ? 0 : f(n - 1) + f(n - 1); }\na = f(4);"},
    {MW_NOT_INDEX_LAUNCH, "Single tasks have no index point: this map is for index launches.",
     SINGLE("return True ? m[0, t.ipoint[0]] : m[0, 0];"), SINGLE("return m[0, 0];")},
    {MW_NOT_SINGLE_TASK, "Tasks of an index launch have no parent: this map is for single tasks.",
     MAP("return True ? m[*t.parent.processor(m)] : m[0, 0];"),
     SINGLE("return m[*t.parent.processor(m)];")},
    {MW_NO_VALUE_YET, "A function used a global before it had its value: move the global up.",
     "def f(int x) { return x + b; }\na = f(1);\nb = 2;",
     "b = 2;\ndef f(int x) { return x + b; }\na = f(1);"},
    {MW_NOT_IN_SPACE, "The processor was cut off by a slice, or is of another kind than the space.",
     SINGLE("return m[*t.parent.processor(m.slice(0, 1, 1))];"),
     SINGLE("return m[*t.parent.processor(m)];")},
    {MW_NOT_A_PLACE, "A map must return a place for every point.", NULL, NULL},
    {MW_TOO_MANY_PLACES, "A set of processors has at most 65536.", NULL, NULL},
    {MW_UNKNOWN_PROCESSOR, "The task runs nowhere yet: ask for its parent's processor.",
     SINGLE("return m[*t.processor(m)];"), SINGLE("return m[*t.parent.processor(m)];")},
    // --- warnings
    {MW_NEVER_APPLIES,
     "Of several statements for the same task, region and kind the first one counts. Remove the "
     "later "
     "one, or put the special one first.",
     "Task work GPU;\nTask work CPU;", "Task work GPU;\nTask other CPU;"},
    {MW_UNREACHABLE, "Nothing after a return is evaluated.", MAP("return m[0, 0]; i = 3;"),
     MAP("return m[0, 0];")},
    {MW_BYTE_ORDER_MARK, "Save the file as UTF-8 without a byte order mark.",
     "\xEF\xBB\xBFTask work GPU;", "Task work GPU;"},
    {MW_LISTED_TWICE, "Lists are in order of preference: once is enough.", "Task work GPU, GPU;",
     "Task work GPU, CPU;"},
    {MW_UNUSED_FUNCTION, "Name it in a map statement, call it, or remove it.",
     MACHINE "def f(Task t) { return m[0, 0]; }", MAP("return m[0, 0];")},
    {MW_UNUSED_GLOBAL, "Remove it, or use it.", "m = Machine(GPU);\nn = Machine(CPU);\na = m.size;",
     NULL},
    {0, NULL, NULL, NULL},
};
