using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Touchline.Differential.Probes;

/// <summary>Web servers to probe: plain, encrypted, with an expired certificate, and of gRPC with and without TLS.</summary>
internal sealed class WebTargets : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int[] _ports;

    private WebTargets(WebApplication app)
    {
        _app = app;
        _ports = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address).Port)];
    }

    public int Plain => _ports[0];

    public int Tls => _ports[1];

    public int Expired => _ports[2];

    public int Grpc => _ports[3];

    public int GrpcTls => _ports[4];

    public static async Task<WebTargets> StartAsync(Certificates certificates)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            Listen(kestrel, HttpProtocols.Http1, null);
            Listen(kestrel, HttpProtocols.Http1AndHttp2, certificates.Good);
            Listen(kestrel, HttpProtocols.Http1AndHttp2, certificates.Expired);
            Listen(kestrel, HttpProtocols.Http2, null);
            Listen(kestrel, HttpProtocols.Http2, certificates.Good);
        });
        builder.Services.AddRouting();
        var app = builder.Build();
        app.UseRouting();
        app.MapFallback(AnswerAsync);
        await app.StartAsync();
        return new WebTargets(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, HttpProtocols protocols, X509Certificate2? certificate) => kestrel.Listen(IPAddress.Loopback, 0, listen =>
    {
        listen.Protocols = protocols;
        if (certificate is not null)
        {
            listen.UseHttps(certificate);
        }
    });

    private static byte[] JsonBody => """
        {"ok":true,"n":1,"s":"up","list":[1,2,3],"obj":{"a":{"b":{"c":"deep"}}},"nul":null,"objs":[{"name":"web","status":"UP","n":1},{"name":"db","status":"UP","n":1.5}],
        "big":1234567890123,"t":"2026-01-01T00:00:00Z","uni":"\u00e9","esc":"a\"b\n","keys":["up"]}
        """u8.ToArray();

    private static async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        switch (request.Path.Value)
        {
            case "/grpc.health.v1.Health/Check":
                await AnswerHealthAsync(context);
                break;
            case "/redirect":
                response.Redirect("/target");
                break;
            case "/circle":
                response.Redirect("/circle");
                break;
            case "/keep":
                response.StatusCode = 307;
                response.Headers.Location = "/echo";
                break;
            case "/gzip":
                response.Headers.ContentEncoding = "gzip";
                await WriteAsync(response, Gzip("hello world"));
                break;
            case "/broken-gzip":
                await WriteAsync(response, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5]);
                break;
            case "/chunked":
                await response.WriteAsync("hello");
                await response.Body.FlushAsync();
                await response.WriteAsync(" again");
                break;
            case "/json":
                await WriteAsync(response, JsonBody);
                break;
            case "/json-list":
                await WriteAsync(response, "[1,2]"u8.ToArray());
                break;
            case "/no-json":
                await WriteAsync(response, "{nope"u8.ToArray());
                break;
            case "/modified":
                response.Headers.LastModified = "Wed, 21 Oct 2015 07:28:00 GMT";
                await WriteAsync(response, "old"u8.ToArray());
                break;
            case "/echo":
                using (var reader = new StreamReader(request.Body))
                {
                    var text = $"{request.Method} {await reader.ReadToEndAsync()} {request.Headers["X-Test"]} {request.Headers.Authorization} {request.Host.Host}";
                    await WriteAsync(response, Encoding.UTF8.GetBytes(text));
                }
                break;
            case "/cookie":
                response.StatusCode = 302;
                response.Headers.SetCookie = "visited=yes; Path=/";
                response.Headers.Location = "/needs-cookie";
                break;
            case "/needs-cookie":
                response.StatusCode = request.Cookies["visited"] == "yes" ? 200 : 403;
                break;
            case "/reset":
                context.Abort();
                break;
            case "/cut":
                response.ContentLength = 1000;
                await response.WriteAsync("short");
                await response.Body.FlushAsync();
                // A connection that is reset at once may take with it what was sent before.
                await Task.Delay(TimeSpan.FromSeconds(1));
                context.Abort();
                break;
            case "/hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "/large":
                await SendAsync(response, 20_000_000);
                break;
            case ['/', >= '1' and <= '9', _, _] status:
                response.StatusCode = int.Parse(status.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
                break;
            default:
                response.Headers["X-Colour"] = "green";
                await WriteAsync(response, "hello world\nsecond line"u8.ToArray());
                break;
        }
    }

    /// <summary>The service that is asked for says what the answer is.</summary>
    private static async Task AnswerHealthAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var service = body.Length > 7 ? Encoding.UTF8.GetString(body.ToArray()[7..]) : "";
        context.Response.ContentType = "application/grpc";
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()!.Trailers;
        if (service == "missing")
        {
            trailers["grpc-status"] = "5";
            trailers["grpc-message"] = "unknown service";
            return;
        }
        await context.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, 2, 8, (byte)(service == "ill" ? 2 : 1)]);
        trailers["grpc-status"] = "0";
    }

    private static async Task WriteAsync(HttpResponse response, byte[] body)
    {
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    private static async Task SendAsync(HttpResponse response, long bytes)
    {
        var block = new byte[64 * 1024];
        for (response.ContentLength = bytes; bytes > 0; bytes -= block.Length)
        {
            await response.Body.WriteAsync(block.AsMemory(0, (int)Math.Min(bytes, block.Length)));
        }
    }

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return buffer.ToArray();
    }
}
