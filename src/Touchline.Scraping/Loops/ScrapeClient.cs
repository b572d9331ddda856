using System.IO.Compression;
using System.Net;
using System.Reflection;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Loops;

/// <summary>Fetches the bodies of one job's targets over kept-alive connections. Thread-safe.</summary>
internal sealed class ScrapeClient(ScrapeConfig config, TimeProvider time) : IDisposable
{
    /// <summary>What a body may measure, decompressed, where body_size_limit does not say: 128 MiB.</summary>
    public const long DefaultBodyLimitBytes = 128L << 20;

    private const int MostRedirects = 10;

    private static readonly string UserAgent =
        "Touchline/" + (Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0");

    private readonly string _accept = ExpositionNegotiation.AcceptOf(config);
    private readonly HttpConnections _connections = new(config.Http);
    private readonly RequestCredentials _credentials = new(config.Http, time);

    /// <summary>Fetches a body and gives its Content-Type, null where there is none.</summary>
    /// <param name="cancellationToken">Ends the scrape: its cancellation is reported as the timeout.</param>
    /// <exception cref="FetchException">There is no body to read.</exception>
    public async Task<string?> FetchAsync(Target target, BodyBuffer body, int expectedBytes, CancellationToken cancellationToken)
    {
        var url = target.Url;
        for (var redirects = 0; ; redirects++)
        {
            using var response = await SendAsync(target, url, cancellationToken).ConfigureAwait(false);
            if (config.Http.FollowRedirects && Redirects.Of(response, url) is { } next)
            {
                if (redirects == MostRedirects)
                {
                    throw new FetchException($"Get \"{next}\": stopped after {MostRedirects} redirects");
                }
                url = next;
                continue;
            }
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new FetchException($"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
            }
            await ReadBodyAsync(response, url, body, expectedBytes, cancellationToken).ConfigureAwait(false);
            return response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.FirstOrDefault() : null;
        }
    }

    public void Dispose()
    {
        _connections.Dispose();
        _credentials.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(Target target, Uri url, CancellationToken cancellationToken)
    {
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
        {
            throw new FetchException($"Get \"{target.DisplayUrl}\": unsupported protocol scheme \"{url.Scheme}\", expected http or https");
        }
        var shown = ReferenceEquals(url, target.Url) ? target.DisplayUrl : url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            await AddHeadersAsync(request, target, cancellationToken).ConfigureAwait(false);
            return await _connections.Current().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or InvalidOperationException)
        {
            throw FetchFailure.OfRequest(shown, e, url);
        }
    }

    private async Task AddHeadersAsync(HttpRequestMessage request, Target target, CancellationToken cancellationToken)
    {
        request.Version = config.Http.EnableHttp2 && request.RequestUri!.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Accept", _accept);
        headers.TryAddWithoutValidation("Accept-Encoding", config.Http.EnableCompression ? "gzip" : "identity");
        headers.TryAddWithoutValidation("User-Agent", UserAgent);
        headers.TryAddWithoutValidation("X-Prometheus-Scrape-Timeout-Seconds", SampleValue.Format(target.TimeoutMs / 1000.0));
        // Credentials belong to the target: a redirect to another host does not get them.
        if (!Redirects.IsSameHost(request.RequestUri!, target.Url))
        {
            return;
        }
        if (config.Http is { ProxyUrl: not null, ProxyConnectHeader.Count: 0, Tls.ServerName: { Length: > 0 } serverName } && request.RequestUri!.Scheme == Uri.UriSchemeHttps)
        {
            // Through a proxy the runtime takes the name for SNI and verification from the Host header and from nowhere else.
            headers.Host = request.RequestUri.IsDefaultPort ? serverName : $"{serverName}:{request.RequestUri.Port}";
        }
        await _credentials.AddAsync(request, target.Url.UserInfo, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadBodyAsync(HttpResponseMessage response, Uri url, BodyBuffer body, int expectedBytes, CancellationToken cancellationToken)
    {
        var limit = config.BodySizeLimitBytes > 0 ? config.BodySizeLimitBytes : DefaultBodyLimitBytes;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                if (!response.Content.Headers.ContentEncoding.Contains("gzip", StringComparer.OrdinalIgnoreCase))
                {
                    await body.FillAsync(stream, limit, expectedBytes, cancellationToken).ConfigureAwait(false);
                    return;
                }
                // The limit counts what comes out, so that a small answer cannot unfold into a large one.
                var unpacked = new GZipStream(stream, CompressionMode.Decompress);
                await using (unpacked.ConfigureAwait(false))
                {
                    await body.FillAsync(unpacked, limit, expectedBytes, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or InvalidDataException)
        {
            throw FetchFailure.OfBody(e, url);
        }
    }
}
