using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Touchline.Collectors.Tests.Containers;

/// <summary>A server on a socket that answers paths as a test wants it to, as an engine does or as it should not.</summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-engine-").FullName;
    private readonly HttpProtocols _protocols;
    private readonly ConcurrentQueue<string> _asked = new();
    private WebApplication? _server;

    private FakeEngine(string name, HttpProtocols protocols)
    {
        _protocols = protocols;
        Socket = Path.Combine(_folder, name);
    }

    public string Socket { get; }

    /// <summary>What each path (without its query) answers.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task>> Answers { get; } = new();

    /// <summary>Every path that was asked for, with its query.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public static async Task<FakeEngine> StartAsync(string name = "docker.sock", HttpProtocols protocols = HttpProtocols.Http1)
    {
        var engine = new FakeEngine(name, protocols);
        await engine.StartAgainAsync();
        return engine;
    }

    public void Json(string path, string json) => Bytes(path, System.Text.Encoding.UTF8.GetBytes(json));

    public void Bytes(string path, byte[] body) => Answers[path] = context => context.Response.Body.WriteAsync(body).AsTask();

    /// <summary>Answers a call of Kubernetes' interface.</summary>
    public void Grpc(string method, Func<byte[], byte[]> answer) => Grpc("runtime.v1.RuntimeService", method, (_, request) => answer(request));

    /// <summary>Answers a call of gRPC: a frame with its length before the message, and the status behind it.</summary>
    /// <param name="service">With its package.</param>
    /// <param name="method">Which of its methods.</param>
    /// <param name="answer">Takes the headers and the message.</param>
    public void Grpc(string service, string method, Func<IHeaderDictionary, byte[], byte[]> answer) => Answers[$"/{service}/{method}"] = async context =>
    {
        using var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request);
        var message = answer(context.Request.Headers, request.ToArray()[5..]);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync((byte[])[0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message]);
        context.Response.AppendTrailer("grpc-status", "0");
    };

    /// <summary>Answers a call of gRPC as who does not have it.</summary>
    public void WithoutGrpc(string service, string method) => Answers[$"/{service}/{method}"] = context =>
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = "12";
        context.Response.Headers["grpc-message"] = "unknown service";
        return Task.CompletedTask;
    };

    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            using var atOnce = new CancellationTokenSource(0);
            await server.StopAsync(atOnce.Token);
            await server.DisposeAsync();
        }
    }

    public async Task StartAgainAsync()
    {
        File.Delete(Socket);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Socket, listen => listen.Protocols = _protocols));
        _server = builder.Build();
        _server.Run(async context =>
        {
            _asked.Enqueue(context.Request.Path + context.Request.QueryString);
            if (Answers.TryGetValue(context.Request.Path, out var answer))
            {
                await answer(context);
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
