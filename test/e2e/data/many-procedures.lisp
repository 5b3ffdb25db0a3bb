;; Large enough to be compiled in parts: literals keep their identity across
;; parts, and closures, globals and constant maps are the same from each.

(define-syntax define-steps
  (syntax-rules ()
    ((_ name ...)
     (begin (define-step name) ...))))
(define-syntax define-step
  (syntax-rules ()
    ((_ name)
     (define (name x)
       (let loop ((i 0) (acc '()))
         (cond ((= i 3) (cons (shared) acc))
               ((odd? (+ i x)) (loop (+ i 1) (cons (list 'name i shared-vector) acc)))
               (else (loop (+ i 1) (cons (make-adder i) acc)))))))))
(define (shared) '(one two "three"))
(define shared-vector '#(1 #(2)))
(define (make-adder n) (lambda (x) (+ x n)))
(define settings '{a 1 "b" (2 3)})
(define (settings-again) '{a 1})
(define-steps
  step-0 step-1 step-2 step-3 step-4 step-5 step-6 step-7
  step-8 step-9 step-10 step-11 step-12 step-13 step-14 step-15
  step-16 step-17 step-18 step-19 step-20 step-21 step-22 step-23
  step-24 step-25 step-26 step-27 step-28 step-29 step-30 step-31
  step-32 step-33 step-34 step-35 step-36 step-37 step-38 step-39
  step-40 step-41 step-42 step-43 step-44 step-45 step-46 step-47
  step-48 step-49 step-50 step-51 step-52 step-53 step-54 step-55
  step-56 step-57 step-58 step-59 step-60 step-61 step-62 step-63
  step-64 step-65 step-66 step-67 step-68 step-69 step-70 step-71
  step-72 step-73 step-74 step-75 step-76 step-77 step-78 step-79
  step-80 step-81 step-82 step-83 step-84 step-85 step-86 step-87
  step-88 step-89 step-90 step-91 step-92 step-93 step-94 step-95
  step-96 step-97 step-98 step-99 step-100 step-101 step-102 step-103
  step-104 step-105 step-106 step-107 step-108 step-109 step-110 step-111
  step-112 step-113 step-114 step-115 step-116 step-117 step-118 step-119
  step-120 step-121 step-122 step-123 step-124 step-125 step-126 step-127
  step-128 step-129 step-130 step-131 step-132 step-133 step-134 step-135
  step-136 step-137 step-138 step-139 step-140 step-141 step-142 step-143
  step-144 step-145 step-146 step-147 step-148 step-149 step-150 step-151
  step-152 step-153 step-154 step-155 step-156 step-157 step-158 step-159
  step-160 step-161 step-162 step-163 step-164 step-165 step-166 step-167
  step-168 step-169 step-170 step-171 step-172 step-173 step-174 step-175
  step-176 step-177 step-178 step-179 step-180 step-181 step-182 step-183
  step-184 step-185 step-186 step-187 step-188 step-189 step-190 step-191
  step-192 step-193 step-194 step-195 step-196 step-197 step-198 step-199
  step-200 step-201 step-202 step-203 step-204 step-205 step-206 step-207
  step-208 step-209 step-210 step-211 step-212 step-213 step-214 step-215
  step-216 step-217 step-218 step-219 step-220 step-221 step-222 step-223
  step-224 step-225 step-226 step-227 step-228 step-229 step-230 step-231
  step-232 step-233 step-234 step-235 step-236 step-237 step-238 step-239
  step-240 step-241 step-242 step-243 step-244 step-245 step-246 step-247
  step-248 step-249 step-250 step-251 step-252 step-253 step-254 step-255
  step-256 step-257 step-258 step-259 step-260 step-261 step-262 step-263
  step-264 step-265 step-266 step-267 step-268 step-269 step-270 step-271
  step-272 step-273 step-274 step-275 step-276 step-277 step-278 step-279
  step-280 step-281 step-282 step-283 step-284 step-285 step-286 step-287
  step-288 step-289 step-290 step-291 step-292 step-293 step-294 step-295
  step-296 step-297 step-298 step-299 step-300 step-301 step-302 step-303
  step-304 step-305 step-306 step-307 step-308 step-309 step-310 step-311
  step-312 step-313 step-314 step-315 step-316 step-317 step-318 step-319
  step-320 step-321 step-322 step-323 step-324 step-325 step-326 step-327
  step-328 step-329 step-330 step-331 step-332 step-333 step-334 step-335
  step-336 step-337 step-338 step-339 step-340 step-341 step-342 step-343
  step-344 step-345 step-346 step-347 step-348 step-349 step-350 step-351
  step-352 step-353 step-354 step-355 step-356 step-357 step-358 step-359
  step-360 step-361 step-362 step-363 step-364 step-365 step-366 step-367
  step-368 step-369 step-370 step-371 step-372 step-373 step-374 step-375
  step-376 step-377 step-378 step-379 step-380 step-381 step-382 step-383
  step-384 step-385 step-386 step-387 step-388 step-389 step-390 step-391
  step-392 step-393 step-394 step-395 step-396 step-397 step-398 step-399)
(define all (list
  step-0 step-1 step-2 step-3 step-4 step-5 step-6 step-7
  step-8 step-9 step-10 step-11 step-12 step-13 step-14 step-15
  step-16 step-17 step-18 step-19 step-20 step-21 step-22 step-23
  step-24 step-25 step-26 step-27 step-28 step-29 step-30 step-31
  step-32 step-33 step-34 step-35 step-36 step-37 step-38 step-39
  step-40 step-41 step-42 step-43 step-44 step-45 step-46 step-47
  step-48 step-49 step-50 step-51 step-52 step-53 step-54 step-55
  step-56 step-57 step-58 step-59 step-60 step-61 step-62 step-63
  step-64 step-65 step-66 step-67 step-68 step-69 step-70 step-71
  step-72 step-73 step-74 step-75 step-76 step-77 step-78 step-79
  step-80 step-81 step-82 step-83 step-84 step-85 step-86 step-87
  step-88 step-89 step-90 step-91 step-92 step-93 step-94 step-95
  step-96 step-97 step-98 step-99 step-100 step-101 step-102 step-103
  step-104 step-105 step-106 step-107 step-108 step-109 step-110 step-111
  step-112 step-113 step-114 step-115 step-116 step-117 step-118 step-119
  step-120 step-121 step-122 step-123 step-124 step-125 step-126 step-127
  step-128 step-129 step-130 step-131 step-132 step-133 step-134 step-135
  step-136 step-137 step-138 step-139 step-140 step-141 step-142 step-143
  step-144 step-145 step-146 step-147 step-148 step-149 step-150 step-151
  step-152 step-153 step-154 step-155 step-156 step-157 step-158 step-159
  step-160 step-161 step-162 step-163 step-164 step-165 step-166 step-167
  step-168 step-169 step-170 step-171 step-172 step-173 step-174 step-175
  step-176 step-177 step-178 step-179 step-180 step-181 step-182 step-183
  step-184 step-185 step-186 step-187 step-188 step-189 step-190 step-191
  step-192 step-193 step-194 step-195 step-196 step-197 step-198 step-199
  step-200 step-201 step-202 step-203 step-204 step-205 step-206 step-207
  step-208 step-209 step-210 step-211 step-212 step-213 step-214 step-215
  step-216 step-217 step-218 step-219 step-220 step-221 step-222 step-223
  step-224 step-225 step-226 step-227 step-228 step-229 step-230 step-231
  step-232 step-233 step-234 step-235 step-236 step-237 step-238 step-239
  step-240 step-241 step-242 step-243 step-244 step-245 step-246 step-247
  step-248 step-249 step-250 step-251 step-252 step-253 step-254 step-255
  step-256 step-257 step-258 step-259 step-260 step-261 step-262 step-263
  step-264 step-265 step-266 step-267 step-268 step-269 step-270 step-271
  step-272 step-273 step-274 step-275 step-276 step-277 step-278 step-279
  step-280 step-281 step-282 step-283 step-284 step-285 step-286 step-287
  step-288 step-289 step-290 step-291 step-292 step-293 step-294 step-295
  step-296 step-297 step-298 step-299 step-300 step-301 step-302 step-303
  step-304 step-305 step-306 step-307 step-308 step-309 step-310 step-311
  step-312 step-313 step-314 step-315 step-316 step-317 step-318 step-319
  step-320 step-321 step-322 step-323 step-324 step-325 step-326 step-327
  step-328 step-329 step-330 step-331 step-332 step-333 step-334 step-335
  step-336 step-337 step-338 step-339 step-340 step-341 step-342 step-343
  step-344 step-345 step-346 step-347 step-348 step-349 step-350 step-351
  step-352 step-353 step-354 step-355 step-356 step-357 step-358 step-359
  step-360 step-361 step-362 step-363 step-364 step-365 step-366 step-367
  step-368 step-369 step-370 step-371 step-372 step-373 step-374 step-375
  step-376 step-377 step-378 step-379 step-380 step-381 step-382 step-383
  step-384 step-385 step-386 step-387 step-388 step-389 step-390 step-391
  step-392 step-393 step-394 step-395 step-396 step-397 step-398 step-399))
(define results (map (lambda (f) (f 1)) all))
(define (every? ok? list) (or (null? list) (and (ok? (car list)) (every? ok? (cdr list)))))
(define (show x) (write x) (newline))
(show (every? (lambda (r) (eq? (car r) (shared))) results))
(show (every? (lambda (r) (eq? (caddr (cadr r)) shared-vector)) (filter (lambda (r) (pair? (cadr r))) results)))
(show (eq? (settings-again) (settings-again)))
(show (hash-table-ref/default settings "b" #f))
(show (map (lambda (r) (if (procedure? (caddr r)) ((caddr r) 10) (caddr r))) (list (car results))))
(show (every? procedure? all))
(show (length results))
