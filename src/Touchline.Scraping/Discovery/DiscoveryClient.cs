using System.Globalization;
using System.Net;
using System.Text.Json;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>Asks over HTTP for what targets there are. Answers are bounded. Thread-safe.</summary>
/// <param name="http">How to speak to the server.</param>
/// <param name="time">The clock.</param>
/// <param name="socketPath">A Unix socket to speak through whatever the URL's host; null is the network.</param>
internal sealed class DiscoveryClient(HttpClientConfig http, TimeProvider time, string? socketPath = null) : IDisposable
{
    /// <summary>As much as Prometheus keeps of a list of http_sd_configs: far more targets than one process scrapes.</summary>
    public const int LongestAnswerBytes = 32 << 20;

    private const int MostRedirects = 10;

    private readonly HttpConnections _connections = new(http, socketPath);
    private readonly RequestCredentials _credentials = new(http, time);

    /// <summary>The body of an answer with status 200.</summary>
    /// <exception cref="FetchException">There is no such answer, or it is too large.</exception>
    public async Task<byte[]> GetAsync(Uri url, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(url, prepare, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, url, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="GetAsync"/>, read as JSON.</summary>
    /// <exception cref="FetchException">There is no such answer, it is too large or no JSON.</exception>
    public async Task<JsonDocument> GetJsonAsync(Uri url, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken) =>
        ParseJson(await GetAsync(url, prepare, cancellationToken).ConfigureAwait(false), url);

    /// <summary>Posts, and gives the answer whatever its status. Redirects are not followed: what is posted is for this URL.</summary>
    /// <param name="prepare">Called last, when the credentials of the configuration are there.</param>
    /// <exception cref="FetchException">There is no answer, or it is too large.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(Uri url, byte[] body, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            await _credentials.AddAsync(request, url.UserInfo, cancellationToken).ConfigureAwait(false);
            prepare(request);
            using var response = await _connections.Current().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return (response.StatusCode, await ReadAsync(response, url, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            throw FetchFailure.OfPost(Shown(url), e, url);
        }
    }

    /// <exception cref="FetchException">It is no JSON.</exception>
    public static JsonDocument ParseJson(ReadOnlyMemory<byte> body, Uri url)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new FetchException($"Get \"{Shown(url)}\": the answer is no JSON: {e.Message}", e);
        }
    }

    /// <summary>An answer with status 200, its body not read yet; redirects are followed where the configuration wants it.</summary>
    /// <exception cref="FetchException">There is no such answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(Uri asked, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        var url = asked;
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                var response = await SendOnceAsync(url, asked, prepare, cancellationToken).ConfigureAwait(false);
                if (http.FollowRedirects && redirects < MostRedirects && Redirects.Of(response, url) is { } next)
                {
                    response.Dispose();
                    url = next;
                    continue;
                }
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    var status = string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.ReasonPhrase}");
                    response.Dispose();
                    throw new FetchException($"Get \"{Shown(asked)}\": server returned HTTP status {status}") { StatusCode = (int)response.StatusCode };
                }
                return response;
            }
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            throw FetchFailure.OfRequest(Shown(asked), e, url);
        }
    }

    /// <exception cref="FetchException">The body breaks off or is too large.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri asked, CancellationToken cancellationToken)
    {
        using var body = new BodyBuffer(new BodyBudget(4L * LongestAnswerBytes));
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await body.FillAsync(stream, LongestAnswerBytes, 0, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (FetchException e) when (e.IsBodyTooLarge)
        {
            throw new FetchException($"{(IsPost(response) ? "Post" : "Get")} \"{Shown(asked)}\": the answer is larger than {LongestAnswerBytes >> 20} MiB", e);
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            throw IsPost(response) ? FetchFailure.OfPost(Shown(asked), e, asked) : FetchFailure.OfRequest(Shown(asked), e, asked);
        }
        return body.Bytes.ToArray();
    }

    public void Dispose()
    {
        _connections.Dispose();
        _credentials.Dispose();
    }

    public static bool IsOfNetwork(Exception e) => e is HttpRequestException or OperationCanceledException or IOException or NotSupportedException;

    /// <summary>A URL without a password in it.</summary>
    public static string Shown(Uri url) => url.UserInfo.Length == 0 ? url.OriginalString : url.OriginalString.Replace(url.UserInfo + "@", "xxxxx@", StringComparison.Ordinal);

    private static bool IsPost(HttpResponseMessage response) => response.RequestMessage?.Method == HttpMethod.Post;

    private async Task<HttpResponseMessage> SendOnceAsync(Uri url, Uri asked, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (Redirects.IsSameHost(url, asked))
        {
            prepare(request);
            await _credentials.AddAsync(request, asked.UserInfo, cancellationToken).ConfigureAwait(false);
        }
        return await _connections.Current().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }
}
