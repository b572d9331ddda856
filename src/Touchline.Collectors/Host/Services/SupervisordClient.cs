using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Touchline.Fetching;

namespace Touchline.Collectors.Host.Services;

/// <summary>Asks supervisord by XML-RPC, blocking meanwhile: the host collector's threads are made for that.</summary>
internal sealed class SupervisordClient : IDisposable
{
    // Some hundred bytes for each process.
    private const int MaxAnswerBytes = 8 * 1024 * 1024;

    private const string Call = "<?xml version=\"1.0\"?><methodCall><methodName>supervisor.getAllProcessInfo</methodName><params></params></methodCall>";

    private readonly HttpClient _http;
    private readonly TimeSpan _patience;
    private readonly Uri _url;
    private readonly AuthenticationHeaderValue? _credentials;

    /// <param name="address">As <see cref="IsAddress"/> takes it; a user and password may stand in it.</param>
    /// <param name="patience">How long it may take to answer.</param>
    public SupervisordClient(string address, TimeSpan patience)
    {
        _patience = patience;
        var url = new Uri(address, UriKind.Absolute);
        var isSocket = url.Scheme == "unix";
        _url = isSocket ? new Uri("http://unix/RPC2") : url;
        _credentials = url.UserInfo.Length == 0
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
        _http = new HttpClient(isSocket ? UnixHttp.Handler(url.AbsolutePath) : new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    public static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == "unix" ? url.AbsolutePath.Length > 1 : url.Scheme is "http" or "https");

    /// <exception cref="IOException">It does not answer in time.</exception>
    /// <exception cref="HttpRequestException">There is none, or it does not let us in.</exception>
    /// <exception cref="FormatException">It answers something else.</exception>
    public IReadOnlyList<SupervisedProcess> Processes()
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            return [.. SupervisedProcess.ReadAll(AskAsync(patience.Token).GetAwaiter().GetResult())];
        }
        catch (OperationCanceledException)
        {
            throw new IOException("supervisord does not answer");
        }
        catch (XmlException e)
        {
            throw new FormatException($"supervisord answers no XML: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<XDocument> AskAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new StringContent(Call, Encoding.UTF8, "text/xml") };
        request.Headers.Authorization = _credentials;
        using var answer = await _http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var body = new MemoryStream(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        using var reader = XmlReader.Create(body, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return XDocument.Load(reader);
    }
}
