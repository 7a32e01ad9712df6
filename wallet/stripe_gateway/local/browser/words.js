/* What the framed pages say, in English and in Spanish. */
export const words = {
  en: {
    number: "Card number", expiry: "Expiration date", cvc: "Security code", postcode: "Postal code (optional)",
    expiryHint: "MM / YY",
    incomplete_number: "Your card number is incomplete.", invalid_number: "Your card number is invalid.",
    incomplete_expiry: "Your card's expiration date is incomplete.",
    invalid_expiry: "Your card's expiration date is in the past.",
    incomplete_cvc: "Your card's security code is incomplete.",
    network: "The payment service cannot be reached. Try again in a moment.",
    challenge: "Confirm it is you",
    challengeText: "This is the test page of a bank. Complete the authentication or let it fail.",
    complete: "Complete", fail: "Fail",
    declines: {},
  },
  es: {
    number: "Número de tarjeta", expiry: "Fecha de vencimiento", cvc: "Código de seguridad",
    postcode: "Código postal (opcional)", expiryHint: "MM / AA",
    incomplete_number: "El número de tarjeta está incompleto.", invalid_number: "El número de tarjeta no es válido.",
    incomplete_expiry: "La fecha de vencimiento está incompleta.", invalid_expiry: "La fecha de vencimiento ya pasó.",
    incomplete_cvc: "El código de seguridad está incompleto.",
    network: "No se pudo conectar con el servicio de pagos. Inténtalo de nuevo en un momento.",
    challenge: "Confirma que eres tú",
    challengeText: "Esta es la página de prueba de un banco. Completa la autenticación o recházala.",
    complete: "Completar", fail: "Rechazar",
    declines: {
      card_declined: "La tarjeta fue rechazada.",
      card_velocity_exceeded: "La tarjeta fue rechazada por demasiados intentos o por superar su límite.",
      expired_card: "La tarjeta está vencida.",
      incorrect_cvc: "El código de seguridad de la tarjeta es incorrecto.",
      incorrect_number: "El número de tarjeta es incorrecto.",
      insufficient_funds: "La tarjeta no tiene fondos suficientes.",
      invalid_cvc: "El código de seguridad de la tarjeta no es válido.",
      invalid_expiry_month: "El mes de vencimiento no es válido.",
      invalid_expiry_year: "El año de vencimiento no es válido.",
      processing_error: "Ocurrió un error al procesar la tarjeta. Inténtalo de nuevo en un momento.",
    },
  },
};

/* The processor's error with its message in the reader's language. */
export const translated = (error, language) => {
  const { declines } = words[language];
  return { ...error, message: declines[error.decline_code] ?? declines[error.code] ?? error.message };
};
