using System.Net;
using System.Text;
using Touchline.Configuration;
using Touchline.Configuration.Probes;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>The requests of one HTTP probe, one for each redirect.</summary>
internal sealed class HttpProbeRequest : IDisposable
{
    private const string UserAgent = "Touchline-Probe";
    private const long LargestBodyFile = 10 * 1024 * 1024;

    private readonly ProbeRun _run;
    private readonly HttpProbeConfig _config;
    private readonly Uri _first;
    private readonly RequestCredentials _credentials;
    private HttpMethod _method;
    private byte[] _body;
    private Uri? _referrer;

    /// <exception cref="FetchException">The body's file cannot be read.</exception>
    /// <exception cref="FormatException">The method is none that HTTP allows.</exception>
    public HttpProbeRequest(ProbeRun run, Uri url)
    {
        (_run, _config, _first, Url) = (run, run.Module.Http, url, url);
        _method = new HttpMethod(_config.Method);
        _body = _config.BodyFile is { } file ? ReadFile(file) : Encoding.UTF8.GetBytes(_config.Body);
        _credentials = new RequestCredentials(_config.Client, run.Time);
    }

    public Uri Url { get; private set; }

    /// <summary>Goes on where an answer sends to, as browsers do: only 307 and 308 keep method and body.</summary>
    public void Follow(Uri next, HttpStatusCode status)
    {
        _referrer = Url.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp ? null : Url;
        Url = next;
        if ((int)status is not (307 or 308))
        {
            _method = _method == HttpMethod.Head ? _method : HttpMethod.Get;
            _body = [];
        }
    }

    public async Task<HttpRequestMessage> NextAsync()
    {
        var message = new HttpRequestMessage(_method, Url)
        {
            Version = _config.Client.EnableHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (Url.Scheme == Uri.UriSchemeHttp)
        {
            message.Version = HttpVersion.Version11;
        }
        var isFirstHost = Redirects.IsSameHost(Url, _first);
        message.Headers.ConnectionClose = true;
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (_body.Length > 0)
        {
            message.Content = new ByteArrayContent(_body);
        }
        if (_referrer is not null)
        {
            message.Headers.Referrer = new Uri(_referrer.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped));
        }
        if (isFirstHost)
        {
            await _credentials.AddAsync(message, Url.UserInfo, _run.Deadline).ConfigureAwait(false);
        }
        foreach (var (name, value) in _config.Headers)
        {
            AddHeader(message, name, value, isFirstHost);
        }
        return message;
    }

    public void Dispose() => _credentials.Dispose();

    private static void AddHeader(HttpRequestMessage message, string name, string value, bool isFirstHost)
    {
        if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
        {
            message.Headers.Host = isFirstHost ? value : message.Headers.Host;
            return;
        }
        message.Headers.Remove(name);
        if (message.Headers.TryAddWithoutValidation(name, value))
        {
            return;
        }
        message.Content ??= new ByteArrayContent([]);
        message.Content.Headers.Remove(name);
        message.Content.Headers.TryAddWithoutValidation(name, value);
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length <= LargestBodyFile
                ? PlainFile.ReadAllBytes(path)
                : throw new FetchException($"body_file {path} is larger than {LargestBodyFile} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException($"unable to read body_file {path}: {e.Message}", e);
        }
    }
}
