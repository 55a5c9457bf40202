import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in Spanish. */
export const words: PageWords = {
  'page.back': 'Volver a {site}',
  'page.details': 'Para quien gestiona este sitio',

  'page.some': '¿Desvincular estas cuentas?',
  'page.again':
    'No se ha desvinculado nada, porque esta página era demasiado antigua o ya se había usado. Confirma una vez más.',

  'page.going': 'Cerrando sesión en {provider}',
  'page.go': 'Continuar a {provider}',
  'page.now': 'Ahora',
  'page.next': 'Después',
  'page.visited': 'Visitado',
  'page.skipped': 'Sin terminar',
  'page.out': 'Tu sesión está cerrada en los demás sitios.',
  'page.asked': 'Hemos pedido que cierren tu sesión en los demás sitios.',
  'page.maybe': 'Puede que tu sesión siga abierta en otros sitios.',
  'page.close': 'Puedes cerrar esta ventana.',
  'page.none': 'Este cierre de sesión ya no está en marcha.',
  'page.none.why':
    'Hay que terminarlo en 15 minutos. Si no tienes la certeza de que tu sesión está cerrada, ciérrala de nuevo.',
  'page.paused': 'Vuelve a donde empezaste.',
  'page.paused.why':
    'El cierre de sesión no continúa en este navegador. Abre otra vez la página en la que empezaste, en el mismo navegador.',

  'page.deletion': 'Borrado de tus datos',
  'page.deletion.asked': 'Lo pediste en {provider}.',
  'page.deletion.answered': 'Respuesta: {time}',
  'page.deletion.nothing': 'No tenemos nada que viniera de {provider}.',
  'page.deletion.code': 'Código de confirmación',
  'page.unknown': 'No conocemos este código.',
  'page.unknown.why':
    'Comprueba que está completo. Solo guardamos una solicitud durante un tiempo después de responderla.',

  'page.link': 'Este enlace no funciona.',
  'page.link.why': 'La página que traía hasta aquí tiene un error. No se ha cambiado nada.',
  'page.often': 'Se ha intentado demasiadas veces.',
  'page.often.why': 'Espera un minuto y vuelve a intentarlo.',
  'page.fault.why': 'Vuelve a intentarlo dentro de unos minutos.',
};
