using System.Net;
using System.Text.Json;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// Asks one API server. Where a program gives the credentials, new ones come with connections of their own, and those before are let run out until the
/// next. Thread-safe.
/// </summary>
internal sealed class KubernetesClient(KubernetesConnection connection, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly KubernetesCredentialProgram? _program = connection.Program is { } program ? new KubernetesCredentialProgram(program, time) : null;
    private KubernetesCredentials? _credentials;
    private DiscoveryClient? _current;
    private DiscoveryClient? _previous;
    private bool _isDisposed;

    public Uri Server => connection.Server;

    /// <inheritdoc cref="DiscoveryClient.GetJsonAsync"/>
    public Task<JsonDocument> GetJsonAsync(Uri url, CancellationToken cancellationToken) =>
        AskAsync(client => client.GetJsonAsync(url, AskForJson, cancellationToken), url, cancellationToken);

    /// <inheritdoc cref="DiscoveryClient.SendAsync"/>
    public Task<HttpResponseMessage> SendAsync(Uri url, CancellationToken cancellationToken) =>
        AskAsync(client => client.SendAsync(url, AskForJson, cancellationToken), url, cancellationToken);

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _current?.Dispose();
            _previous?.Dispose();
        }
    }

    private static void AskForJson(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Accept", "application/json");

    private async Task<T> AskAsync<T>(Func<DiscoveryClient, Task<T>> ask, Uri url, CancellationToken cancellationToken)
    {
        var credentials = await CredentialsAsync(url, cancellationToken).ConfigureAwait(false);
        try
        {
            return await ask(ClientWith(credentials)).ConfigureAwait(false);
        }
        catch (FetchException e) when (e.StatusCode == (int)HttpStatusCode.Unauthorized && credentials is not null)
        {
            _program!.Forget(credentials);
            throw;
        }
    }

    private async Task<KubernetesCredentials?> CredentialsAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            return _program is null ? null : await _program.CurrentAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw FetchFailure.OfRequest(DiscoveryClient.Shown(url), e, url);
        }
    }

    private DiscoveryClient ClientWith(KubernetesCredentials? credentials)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_current is null || !ReferenceEquals(credentials, _credentials))
            {
                _previous?.Dispose();
                _previous = _current;
                _current = new DiscoveryClient(credentials?.AddTo(connection.Http) ?? connection.Http, time);
                _credentials = credentials;
            }
            return _current;
        }
    }
}
