;;; SQLite: statements with parameters, rows through a callback, an aggregate
;;; function that is written here.
(import "sqlite3.h" :from "c" :link "sqlite3" :as sql)
(import (scheme base) (scheme write) (plc) (plc c))

(define db
  (let ((place (c:new "struct sqlite3 *")))
    (sql:sqlite3_open ":memory:" place)
    (ref place 0)))

(define (run text)
  (unless (= (sql:sqlite3_exec db text nil nil nil) sql:SQLITE_OK)
    (error (sql:sqlite3_errmsg db))))

(define (prepare text)
  (let ((place (c:new "struct sqlite3_stmt *")))
    (sql:sqlite3_prepare_v2 db text -1 place nil)
    (ref place 0)))

(run "create table planets (name text, moons integer, mass real)")

(define insert (prepare "insert into planets values (?, ?, ?)"))
(for-each
 (lambda (row)
   (sql:sqlite3_bind_text insert 1 (car row) -1 sql:SQLITE_TRANSIENT)
   (sql:sqlite3_bind_int insert 2 (cadr row))
   (sql:sqlite3_bind_double insert 3 (list-ref row 2))
   (sql:sqlite3_step insert)
   (sql:sqlite3_reset insert))
 '(("Earth" 1 1.0) ("Mars" 2 0.107) ("Jupiter" 95 317.8) ("Saturn" 146 95.2)))
(sql:sqlite3_finalize insert)

;; Rows by steps.
(define select (prepare "select name, moons from planets where moons < ? order by name"))
(sql:sqlite3_bind_int select 1 100)
(let loop ()
  (when (= (sql:sqlite3_step select) sql:SQLITE_ROW)
    (display (c:string (sql:sqlite3_column_text select 0)))
    (display " ")
    (display (sql:sqlite3_column_int select 1))
    (newline)
    (loop)))
(sql:sqlite3_finalize select)

;; Rows through a callback.
(sql:sqlite3_exec db "select count(*), sum(moons) from planets"
                  (lambda (data count values names)
                    (let loop ((i 0))
                      (when (< i count)
                        (display (c:string (ref names i)))
                        (display " = ")
                        (display (c:string (ref values i)))
                        (newline)
                        (loop (+ i 1))))
                    0)
                  nil nil)

;; An aggregate: the product of a column.
(define product 1.0)
(sql:sqlite3_create_function
 db "product" 1 sql:SQLITE_UTF8 nil nil
 (lambda (context count values)
   (set! product (* product (sql:sqlite3_value_double (ref values 0)))))
 (lambda (context)
   (sql:sqlite3_result_double context product)
   (set! product 1.0)))
(define total (prepare "select product(moons) from planets where moons < 100"))
(sql:sqlite3_step total)
(display (sql:sqlite3_column_double total 0)) (newline)
(sql:sqlite3_finalize total)
(display (= (sql:sqlite3_close db) sql:SQLITE_OK)) (newline)
