import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in Portuguese. */
export const words: PageWords = {
  'page.back': 'Voltar para {site}',
  'page.details': 'Para quem administra este site',

  'page.some': 'Desconectar estas contas?',
  'page.again':
    'Nada foi desconectado, porque esta página era antiga demais ou já tinha sido usada. Confirme mais uma vez.',

  'page.going': 'Saindo de {provider}',
  'page.go': 'Continuar para {provider}',
  'page.now': 'Agora',
  'page.next': 'Depois',
  'page.visited': 'Visitado',
  'page.skipped': 'Não concluído',
  'page.out': 'Sua sessão foi encerrada nos outros lugares.',
  'page.asked': 'Pedimos que sua sessão fosse encerrada nos outros lugares.',
  'page.maybe': 'Sua sessão talvez ainda esteja aberta em outros lugares.',
  'page.close': 'Você pode fechar esta janela.',
  'page.none': 'Esta saída não está mais em andamento.',
  'page.none.why':
    'Ela precisa ser concluída em 15 minutos. Se você não tem certeza de que saiu, saia de novo.',
  'page.paused': 'Volte para onde você começou.',
  'page.paused.why':
    'A saída não continua neste navegador. Abra de novo a página em que você começou, no mesmo navegador.',

  'page.deletion': 'Exclusão dos seus dados',
  'page.deletion.asked': 'Você pediu isso em {provider}.',
  'page.deletion.answered': 'Respondido: {time}',
  'page.deletion.nothing': 'Não temos nada que tenha vindo de {provider}.',
  'page.deletion.code': 'Código de confirmação',
  'page.unknown': 'Não conhecemos este código.',
  'page.unknown.why':
    'Verifique se está completo. Guardamos um pedido só por algum tempo depois de respondê-lo.',

  'page.link': 'Este link não funciona.',
  'page.link.why': 'A página que trouxe até aqui tem um erro. Nada foi alterado.',
  'page.often': 'Foram tentativas demais.',
  'page.often.why': 'Espere um minuto e tente de novo.',
  'page.fault.why': 'Tente de novo em alguns minutos.',
};
