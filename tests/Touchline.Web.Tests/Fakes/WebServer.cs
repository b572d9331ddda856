using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Touchline.PromQL;
using Touchline.Storage;
using Touchline.Storage.InMemory;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Fakes;

/// <summary>The pages in a real server on a free port of the loopback.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private Task? _started;

    public WebServer()
    {
        var clock = new FakeTimeProvider(TestClock.Start);
        Engine = new PromQLEngine(Store, new PromQLOptions(), clock);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(WebServer).Assembly.GetName().Name });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IMetricQueryable>(Store);
        builder.Services.AddSingleton<IQueryEngine>(Engine);
        builder.Services.AddSingleton<ITargetsView>(Views);
        builder.Services.AddSingleton<IDiscoveryView>(Views);
        builder.Services.AddSingleton<IStatusView>(Views);
        builder.Services.AddSingleton<IServicesView>(Views);
        builder.Services.AddSingleton<IQueriesView>(Views);
        builder.Services.AddSingleton<IContainersView>(Views);
        builder.Services.AddTouchlineWeb();
        _app = builder.Build();
        _app.MapTouchlineWeb();
    }

    public InMemoryStore Store { get; } = new();

    public FakeViews Views { get; } = new();

    public PromQLEngine Engine { get; }

    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        await (_started ??= _app.StartAsync());
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return await _client.GetAsync(new Uri(new Uri(address), path));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
