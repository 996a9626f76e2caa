// jemalloc reads this in each program (its manual, TUNING, opt.thp): pages of 2 MiB where the kernel lets a process ask
// for them. Who reads 100,000 orders touches 200 MB for the first time; in pages of 4 KiB that took two thirds of it.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always";
}
