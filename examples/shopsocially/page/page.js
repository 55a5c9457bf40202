const { user } = await outro.client.getUserInfo();
document.querySelector('output').textContent = user.providers.join(', ') || 'none';
