package lane

// GatherLanes looks bytes up in a table and makes each of up to sixteen rows a lane:
//
//	dst[k*16+l] = table[rows[l][k]]
//
// Rows are equally long; lanes beyond the last are zero.
func GatherLanes(dst []float32, table *[256]float32, rows [][]uint8) {
	if len(rows) == Width {
		gatherLanes(dst[:len(rows[0])*Width], table, (*[Width][]uint8)(rows))
		return
	}
	clear(dst)
	for l, row := range rows {
		for k, v := range row {
			dst[k*Width+l] = table[v]
		}
	}
}

// gatherLanesGo is the meaning of the kernel gatherLanes, [GatherLanes] of sixteen
// rows, from column first on. It fills eight lanes at once: their numbers share cache
// lines.
func gatherLanesGo(dst []float32, table *[256]float32, rows *[Width][]uint8, first int) {
	for at := 0; at < Width; at += 8 {
		a := rows[at][first:]
		n := len(a)
		b, c, d := rows[at+1][first:][:n], rows[at+2][first:][:n], rows[at+3][first:][:n]
		e, f, g, h := rows[at+4][first:][:n], rows[at+5][first:][:n], rows[at+6][first:][:n], rows[at+7][first:][:n]
		for k := range a {
			to := (*[8]float32)(dst[(first+k)*Width+at:])
			to[0], to[1], to[2], to[3] = table[a[k]], table[b[k]], table[c[k]], table[d[k]]
			to[4], to[5], to[6], to[7] = table[e[k]], table[f[k]], table[g[k]], table[h[k]]
		}
	}
}
