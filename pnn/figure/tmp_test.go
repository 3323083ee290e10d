package figure
import ("testing";"time";"fmt";"os")
func TestSave(t *testing.T){ for _,s:=range samples { t0:=time.Now(); p:="/tmp/figure-samples/"+s.name; if err:=s.make().Save(p); err!=nil {t.Error(s.name, err)} else {a,_:=os.Stat(p+".png");b,_:=os.Stat(p+".svg"); fmt.Println(s.name,time.Since(t0),a.Size(),b.Size())} } }
