using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Touchline.Configuration;

namespace Touchline.Hosting;

/// <summary>
/// Who may ask, over what: the web configuration file, read again when it changes, as users and certificates are rotated without a
/// restart. A file that has become unusable leaves the last good one in force. Thread-safe.
/// </summary>
internal sealed class WebSecurity
{
    private readonly string _path;
    private readonly ILogger? _logger;
    private readonly Lock _loading = new();
    private readonly PasswordCheck _passwords = new();
    private DateTime _readAt;
    private volatile WebConfig _config;
    private TlsServer? _tls;

    private WebSecurity(string path, WebConfig config, ILogger? logger)
    {
        (_path, _config, _logger) = (path, config, logger);
        _readAt = path.Length > 0 ? File.GetLastWriteTimeUtc(path) : default;
        _tls = config.Tls is null ? null : new TlsServer(config.Tls, config.Http2);
    }

    /// <summary>Plain HTTP for everybody.</summary>
    public static WebSecurity Open { get; } = new("", new WebConfig(), null);

    public string Scheme => _tls is null ? "http" : "https";

    public bool AsksForPasswords => _config.BasicAuthUsers.Count > 0;

    /// <summary>Reads the file; null where it has errors, which are then told.</summary>
    public static WebSecurity? TryLoad(string path, ILogger logger, TextWriter error)
    {
        if (path.Length == 0)
        {
            return Open;
        }
        var result = WebConfigLoader.Load(path);
        foreach (var finding in result.Diagnostics)
        {
            error.WriteLine($"touchline: {finding}");
        }
        if (result.Config is null)
        {
            return null;
        }
        try
        {
            var security = new WebSecurity(path, result.Config, logger);
            security._tls?.CheckCertificate();
            return security;
        }
        catch (Exception e) when (TlsServer.IsCertificateProblem(e))
        {
            error.WriteLine($"touchline: {path}: the certificate cannot be used: {e.Message}");
            return null;
        }
    }

    public void Secure(ListenOptions listen)
    {
        if (_tls is null)
        {
            return;
        }
        listen.Protocols = _config.Http2 ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                Refresh();
                return ValueTask.FromResult(_tls!.Options());
            },
        });
    }

    public async Task AuthenticateAsync(HttpContext context, RequestDelegate next)
    {
        Refresh();
        var config = _config;
        foreach (var (name, value) in config.Headers)
        {
            context.Response.Headers[name] = value;
        }
        if (config.BasicAuthUsers.Count > 0 && !await _passwords.IsAllowedAsync(context.Request.Headers.Authorization.ToString(), config.BasicAuthUsers, context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic";
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("Unauthorized\n", context.RequestAborted);
            return;
        }
        await next(context);
    }

    private void Refresh()
    {
        if (_path.Length == 0 || File.GetLastWriteTimeUtc(_path) == _readAt)
        {
            return;
        }
        lock (_loading)
        {
            var changed = File.GetLastWriteTimeUtc(_path);
            if (changed == _readAt)
            {
                return;
            }
            _readAt = changed;
            var result = WebConfigLoader.Load(_path);
            // Whether the port speaks TLS at all was settled when it was opened.
            if (result.Config is null || result.Config.Tls is null != _tls is null)
            {
                _logger?.LogError(
                    "{Path} was not taken over: {Problem}", _path, result.Config is null ? string.Join("; ", result.Diagnostics) : "TLS is switched on and off at start only");
                return;
            }
            _tls = result.Config.Tls is null ? null : new TlsServer(result.Config.Tls, result.Config.Http2);
            _config = result.Config;
            _logger?.LogInformation("{Path} was read again", _path);
        }
    }
}
