module lightfast/pnn/lane/neon

go 1.26
