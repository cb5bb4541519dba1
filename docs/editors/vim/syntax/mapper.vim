" Vim syntax file for mappers (Mapwright's language, docs/language.md).
if exists("b:current_syntax")
  finish
endif

syntax keyword mapperStatement Task Region Layout InstanceLimit CollectMemory IndexTaskMap SingleTaskMap
syntax keyword mapperStatement ControlReplicate Priority
syntax keyword mapperKeyword def print return tuple for in
syntax keyword mapperType int bool IPoint ISpace MSpace
syntax keyword mapperBoolean True False
syntax keyword mapperProcessor CPU GPU OMP IO PY PROC
syntax keyword mapperMemory SYSMEM FBMEM ZCMEM RDMEM SOCKMEM VIRTUAL
syntax keyword mapperLayout SOA AOS C_order F_order Compact Exact Align
syntax keyword mapperMachine Machine

syntax match mapperNumber "\<\d\+\>"
syntax match mapperMember "\.\s*\zs\h\w*"
syntax match mapperFunction "\(\<def\s\+\)\@<=\h\w*"
syntax match mapperOperator "||\|&&\|[-+*%<>?:=!]=\?\|/\ze[^/]"
syntax region mapperString start=+"+ end=+"\|$+ contains=mapperPlaceholder oneline
syntax match mapperPlaceholder "{}" contained
syntax match mapperComment "\(#\|//\).*$" contains=mapperTodo,@Spell
syntax keyword mapperTodo TODO FIXME XXX contained
syntax region mapperBody start="{" end="}" transparent fold

highlight default link mapperStatement Statement
highlight default link mapperKeyword Keyword
highlight default link mapperType Type
highlight default link mapperBoolean Boolean
highlight default link mapperProcessor Constant
highlight default link mapperMemory Constant
highlight default link mapperLayout Special
highlight default link mapperMachine Function
highlight default link mapperNumber Number
highlight default link mapperMember Identifier
highlight default link mapperFunction Function
highlight default link mapperOperator Operator
highlight default link mapperString String
highlight default link mapperPlaceholder SpecialChar
highlight default link mapperComment Comment
highlight default link mapperTodo Todo

let b:current_syntax = "mapper"
