import type { PageWords } from '../page-words.ts';

/** The words of the backend's pages in Japanese. */
export const words: PageWords = {
  'page.back': '{site} に戻る',
  'page.details': 'このサイトの運営者の方へ',

  'page.some': 'これらの連携を解除しますか？',
  'page.again':
    'このページは古いか、すでに使われていたため、連携は解除されていません。もう一度確認してください。',

  'page.going': '{provider} からログアウトします',
  'page.go': '{provider} へ進む',
  'page.now': '現在',
  'page.next': '次',
  'page.visited': '移動済み',
  'page.skipped': '未完了',
  'page.out': 'ほかのサービスからログアウトしました。',
  'page.asked': 'ほかのサービスにログアウトを依頼しました。',
  'page.maybe': 'ほかのサービスではまだログインしている可能性があります。',
  'page.close': 'このウィンドウは閉じてかまいません。',
  'page.none': 'このログアウトはもう進行していません。',
  'page.none.why':
    '15 分以内に終える必要があります。ログアウトできたか不明な場合は、もう一度ログアウトしてください。',
  'page.paused': '始めたページに戻ってください。',
  'page.paused.why':
    'このブラウザではログアウトを続けられません。始めたときと同じブラウザで、始めたページをもう一度開いてください。',

  'page.deletion': 'データの削除',
  'page.deletion.asked': '{provider} で依頼されたものです。',
  'page.deletion.answered': '回答日：{time}',
  'page.deletion.nothing': '{provider} から受け取った情報はありません。',
  'page.deletion.code': '確認コード',
  'page.unknown': 'このコードは見つかりません。',
  'page.unknown.why':
    'コードがすべて入力されているか確認してください。依頼は、回答後一定の期間だけ保管します。',

  'page.link': 'このリンクは使えません。',
  'page.link.why': 'リンク元のページに誤りがあります。何も変更されていません。',
  'page.often': '試行回数が多すぎます。',
  'page.often.why': '1 分待ってから、もう一度試してください。',
  'page.fault.why': '数分後にもう一度試してください。',
};
