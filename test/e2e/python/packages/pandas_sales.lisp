;; pandas: a table is read, cleaned, grouped, pivoted and joined.
(import (scheme base) (scheme write) (plc) (plc hosts))
(import "pandas" :from "pypi" :as pd)
(import "io" :from "python")
(import "builtins" :from "python" :as b :only (print))

(define text "day,shop,item,count,price
2024-01-01,north,apple,3,0.5
2024-01-01,south,pear,2,0.75
2024-01-02,north,pear,5,0.7
2024-01-03,south,apple,7,0.45
2024-01-03,north,apple,1,0.55
2024-01-05,south,plum,,0.2
")
(define frame (pd:read_csv (io:StringIO text) :parse-dates '("day")))
(print frame.shape (b:list frame.columns))
(define counts (ref frame "count"))
(define missing (counts.isna))
(print "missing" (missing.sum))
(set! (ref frame "count") (counts.fillna 0))
(set! (ref frame "total") (* (ref frame "count") (ref frame "price")))
(define (total x) (b:round x 3))
(print (total (b:sum (ref frame "total"))))
(define grouped (frame.groupby "shop"))
(define by-shop ((. ((. (ref grouped "total") sum)) sort_values) :ascending #f))
(for (shop by-shop.index)
  (print shop (total (ref by-shop shop))))
(define pivot (frame.pivot_table :index "item" :columns "shop" :values "count"
                                 :aggfunc "sum" :fill-value 0))
(print (pivot.to_string))
(set! (ref frame "size")
      ((. (ref frame "count") apply) (lambda (n) (if (> n 2) "many" "few"))))
(define sizes ((. (ref frame "size") value_counts)))
(print (sizes.to_dict))
(define dear (frame.query "price > 0.5"))
(print ((. (ref dear '("item" "price")) to_csv) :index #f) :end "")
;; A map of Lisp is a table, too.
(define towns (pd:DataFrame {"shop" ["north" "south"] "town" ["A" "B"]}))
(define joined (frame.merge towns :on "shop"))
(print (ref joined.loc (py-tuple 0 "town")) (length joined))
(define indexed (frame.set_index "day"))
(define daily ((. ((. (ref indexed "total") resample) "D") sum)))
(print (map (lambda (x) (b:round x 2)) (vector->list (->lisp (daily.to_list)))))
(guard (e ((foreign-error? e 'KeyError) (print (foreign-error-type e) (condition-message e))))
  (ref frame "nothing"))
