autocmd BufRead,BufNewFile *.mapper setfiletype mapper
