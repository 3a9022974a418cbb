/* stunnel in front of the emulator's plain http: TLS without HTTP/2, which the emulator's own https always
 * offers. */
#ifndef TLS_FRONT_H
#define TLS_FRONT_H

/* Starts it with the certificate and key in this folder (cert.pem, key.pem), and returns the endpoint. */
const char *tls_front_start(const char *folder, const char *http_url);
void tls_front_stop(void);

#endif
