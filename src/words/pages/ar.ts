import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in Arabic. */
export const words: PageWords = {
  'page.back': 'العودة إلى {site}',
  'page.details': 'للقائمين على هذا الموقع',

  'page.some': 'إلغاء ربط هذه الحسابات؟',
  'page.again': 'لم يُلغَ أي ربط، لأن هذه الصفحة قديمة جدًا أو سبق استخدامها. أكّد مرة أخرى.',

  'page.going': 'تسجيل الخروج من {provider}',
  'page.go': 'المتابعة إلى {provider}',
  'page.now': 'الآن',
  'page.next': 'التالي',
  'page.visited': 'تمت زيارته',
  'page.skipped': 'لم يكتمل',
  'page.out': 'سُجِّل خروجك من الأماكن الأخرى.',
  'page.asked': 'طلبنا تسجيل خروجك من الأماكن الأخرى.',
  'page.maybe': 'قد تكون جلستك لا تزال مفتوحة في أماكن أخرى.',
  'page.close': 'يمكنك إغلاق هذه النافذة.',
  'page.none': 'لم يعد تسجيل الخروج هذا جاريًا.',
  'page.none.why':
    'يجب إتمامه خلال 15 دقيقة. إن لم تكن متأكدًا من تسجيل خروجك، فسجّل الخروج مرة أخرى.',
  'page.paused': 'عُد إلى حيث بدأت.',
  'page.paused.why':
    'لا يستمر تسجيل خروجك في هذا المتصفح. افتح الصفحة التي بدأت منها مرة أخرى، في المتصفح نفسه.',

  'page.deletion': 'حذف بياناتك',
  'page.deletion.asked': 'لقد طلبت ذلك لدى {provider}.',
  'page.deletion.answered': 'تاريخ الرد: {time}',
  'page.deletion.nothing': 'ليس لدينا أي شيء وارد من {provider}.',
  'page.deletion.code': 'رمز التأكيد',
  'page.unknown': 'لا نعرف هذا الرمز.',
  'page.unknown.why': 'تحقق من أنه كامل. لا نحتفظ بالطلب إلا مدة معينة بعد الرد عليه.',

  'page.link': 'هذا الرابط لا يعمل.',
  'page.link.why': 'في الصفحة التي قادت إلى هنا خطأ. لم يتغير شيء.',
  'page.often': 'كثرت المحاولات.',
  'page.often.why': 'انتظر دقيقة، ثم حاول مرة أخرى.',
  'page.fault.why': 'حاول مرة أخرى بعد بضع دقائق.',
};
