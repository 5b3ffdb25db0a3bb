;;; SQLite: statements with parameters, rows through a callback, an aggregate
;;; function that is written here, errors as conditions with SQLite's own words.
(import "sqlite3.h" :from "c" :link "sqlite3" :as sql
        :check ((sqlite3_open zero sqlite3_errstr)
                (sqlite3_exec zero sqlite3_errmsg)
                (sqlite3_prepare_v2 zero sqlite3_errmsg)
                (sqlite3_create_function zero sqlite3_errmsg)
                (sqlite3_step (SQLITE_ROW SQLITE_DONE)
                              (sqlite3_errmsg sqlite3_db_handle))
                (sqlite3_close zero sqlite3_errmsg)))
(import (scheme base) (scheme write) (scheme inexact) (plc) (plc c))

(define (show . parts)
  (for-each display parts)
  (newline))

(define db
  (let ((place (c:new "struct sqlite3 *")))
    (sql:sqlite3_open ":memory:" place)
    (ref place 0)))

;; Calls use with the prepared statement, which is finalised on every way out.
(define (with-statement text use)
  (let ((place (c:new "struct sqlite3_stmt *")))
    (sql:sqlite3_prepare_v2 db text -1 place nil)
    (let ((statement (ref place 0)))
      (dynamic-wind
       (lambda () #f)
       (lambda () (use statement))
       (lambda () (sql:sqlite3_finalize statement))))))

;; What row makes of each row.
(define (rows statement row)
  (if (= (sql:sqlite3_step statement) sql:SQLITE_ROW)
      (let ((one (row statement)))
        (cons one (rows statement row)))
      '()))

(define (text-at statement column)
  (c:string (sql:sqlite3_column_text statement column)))

(sql:sqlite3_exec db "create table planets (name text unique, moons integer, mass real)"
                  nil nil nil)

(define (insert! planets)
  (with-statement "insert into planets values (?, ?, ?)"
    (lambda (insert)
      (for-each
       (lambda (planet)
         (sql:sqlite3_bind_text insert 1 (car planet) -1 sql:SQLITE_TRANSIENT)
         (sql:sqlite3_bind_int insert 2 (cadr planet))
         (sql:sqlite3_bind_double insert 3 (list-ref planet 2))
         (sql:sqlite3_step insert)
         (sql:sqlite3_reset insert))
       planets))))
(insert! '(("Earth" 1 1.0) ("Mars" 2 0.107) ("Jupiter" 95 317.8) ("Saturn" 146 95.2)))

;; Rows by steps.
(show (with-statement "select name, moons from planets where moons < ? order by name"
        (lambda (select)
          (sql:sqlite3_bind_int select 1 100)
          (rows select (lambda (row)
                         (list (text-at row 0)
                               (sql:sqlite3_column_int row 1)))))))

;; Rows through a callback.
(sql:sqlite3_exec db "select count(*), sum(moons) from planets"
                  (lambda (data count values names)
                    (for (i (iota count))
                      (show (c:string (ref names i)) " = "
                            (c:string (ref values i))))
                    0)
                  nil nil)

;; An aggregate: the geometric mean. SQLite keeps zeroed memory for each group.
(define (state context) (c:cast (sql:sqlite3_aggregate_context context 16) 'double))
(sql:sqlite3_create_function
 db "geomean" 1 sql:SQLITE_UTF8 nil nil
 (lambda (context count values)
   (let ((sums (state context)))
     (set! (ref sums 0) (+ (ref sums 0) (log (sql:sqlite3_value_double (ref values 0)))))
     (set! (ref sums 1) (+ (ref sums 1) 1))))
 (lambda (context)
   (let ((sums (state context)))
     (sql:sqlite3_result_double context (exp (/ (ref sums 0) (ref sums 1)))))))
(show (with-statement "select moons > 10, round(geomean(mass), 3) from planets group by 1"
        (lambda (select)
          (rows select (lambda (row)
                         (list (sql:sqlite3_column_int row 0)
                               (sql:sqlite3_column_double row 1)))))))

;; What goes wrong: in SQLite, and in a procedure that it calls.
(define-syntax try
  (syntax-rules ()
    ((_ form)
     (guard (e ((foreign-error? e)
                (show (condition-message e) ", code " (foreign-error-value e)))
               (#t (show "raised: " e)))
       form))))
(try (sql:sqlite3_exec db "selec 1" nil nil nil))
(try (with-statement "select * from stars" (lambda (select) select)))
(try (insert! '(("Venus" 0 0.815) ("Mars" 2 0.107))))
(try (sql:sqlite3_exec db "select * from planets"
                       (lambda (data count values names) (raise 'enough))
                       nil nil))
(try (with-statement "select name from planets"
       (lambda (select)
         (sql:sqlite3_step select)
         (sql:sqlite3_close db))))
(sql:sqlite3_close db)
