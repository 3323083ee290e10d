package torchfile

import "fmt"

// The opcodes of a state dict, numbered as in Python's pickletools.
const (
	opProto      = 0x80
	opStop       = '.'
	opMark       = '('
	opNone       = 'N'
	opNewTrue    = 0x88
	opNewFalse   = 0x89
	opBinInt     = 'J'
	opBinInt1    = 'K'
	opBinInt2    = 'M'
	opLong1      = 0x8a
	opBinFloat   = 'G'
	opBinUnicode = 'X'
	opEmptyTuple = ')'
	opTuple      = 't'
	opTuple1     = 0x85
	opTuple2     = 0x86
	opTuple3     = 0x87
	opEmptyList  = ']'
	opAppend     = 'a'
	opAppends    = 'e'
	opEmptyDict  = '}'
	opSetItem    = 's'
	opSetItems   = 'u'
	opBinPut     = 'q'
	opLongBinPut = 'r'
	opBinGet     = 'h'
	opLongBinGet = 'j'
	opGlobal     = 'c'
	opBinPersID  = 'Q'
	opReduce     = 'R'
	opBuild      = 'b'
)

// opNames holds the opcodes above and the refused ones that a file is most
// likely to have.
var opNames = map[byte]string{
	opProto: "PROTO", opStop: "STOP", opMark: "MARK", opNone: "NONE", opNewTrue: "NEWTRUE", opNewFalse: "NEWFALSE",
	opBinInt: "BININT", opBinInt1: "BININT1", opBinInt2: "BININT2", opLong1: "LONG1", opBinFloat: "BINFLOAT",
	opBinUnicode: "BINUNICODE", opEmptyTuple: "EMPTY_TUPLE", opTuple: "TUPLE", opTuple1: "TUPLE1", opTuple2: "TUPLE2",
	opTuple3: "TUPLE3", opEmptyList: "EMPTY_LIST", opAppend: "APPEND", opAppends: "APPENDS", opEmptyDict: "EMPTY_DICT",
	opSetItem: "SETITEM", opSetItems: "SETITEMS", opBinPut: "BINPUT", opLongBinPut: "LONG_BINPUT", opBinGet: "BINGET",
	opLongBinGet: "LONG_BINGET", opGlobal: "GLOBAL", opBinPersID: "BINPERSID", opReduce: "REDUCE", opBuild: "BUILD",

	'0': "POP", '1': "POP_MARK", '2': "DUP", 'i': "INST", 'o': "OBJ", 'P': "PERSID", 'F': "FLOAT", 'I': "INT",
	'L': "LONG", 'S': "STRING", 'T': "BINSTRING", 'U': "SHORT_BINSTRING", 'V': "UNICODE", 'B': "BINBYTES",
	'C': "SHORT_BINBYTES", 'd': "DICT", 'l': "LIST", 'p': "PUT", 'g': "GET",
	0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x8b: "LONG4", 0x8c: "SHORT_BINUNICODE",
	0x8d: "BINUNICODE8", 0x8e: "BINBYTES8", 0x8f: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET",
	0x92: "NEWOBJ_EX", 0x93: "STACK_GLOBAL", 0x94: "MEMOIZE", 0x95: "FRAME", 0x96: "BYTEARRAY8",
}

// opName returns an opcode's name in pickletools and its byte.
func opName(op byte) string {
	name := opNames[op]
	if name == "" {
		name = "unknown"
	}
	return fmt.Sprintf("%s (0x%02x)", name, op)
}
