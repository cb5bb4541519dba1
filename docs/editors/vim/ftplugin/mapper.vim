" Mappers: comments, indentation as `mapwright fmt` has it, and :make to check the file.
if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s comments=:#,://
setlocal shiftwidth=4 softtabstop=4 expandtab textwidth=100
setlocal makeprg=mapwright\ check\ %:S
setlocal errorformat=%f:%l:%c:\ %trror\ MW%n:\ %m,%f:%l:%c:\ %tarning\ MW%n:\ %m,%-G\ %.%#
" Saves and formats; a file with errors stays as it is, and they are shown.
command! -buffer MapperFormat update | echo trim(system("mapwright fmt " . shellescape(expand("%")))) | edit
let b:undo_ftplugin = "setlocal commentstring< comments< shiftwidth< softtabstop< expandtab< textwidth< makeprg< errorformat< | delcommand -buffer MapperFormat"
