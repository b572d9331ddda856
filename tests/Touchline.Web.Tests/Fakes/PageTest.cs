using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;
using Touchline.PromQL;
using Touchline.Storage;
using Touchline.Storage.InMemory;
using Touchline.Web.Shell;
using Touchline.Web.Time;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Fakes;

/// <summary>What pages need to be rendered: the real engine over a store in memory, views and a clock that tests set.</summary>
public abstract class PageTest : BunitContext
{
    private protected PageTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        DefaultWaitTimeout = TimeSpan.FromMinutes(1);
        Clock = new FakeTimeProvider(TestClock.Start);
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<IMetricQueryable>(Store);
        Services.AddSingleton<IQueryEngine>(new PromQLEngine(Store, new PromQLOptions(), Clock));
        Services.AddSingleton<ITargetsView>(Views);
        Services.AddSingleton<IDiscoveryView>(Views);
        Services.AddSingleton<IStatusView>(Views);
        Services.AddSingleton<IServicesView>(Views);
        Services.AddSingleton<IQueriesView>(Views);
        Services.AddSingleton<IContainersView>(Views);
        Services.AddScoped<PageState>();
        Services.AddScoped<RefreshClock>();
        Services.AddScoped<BrowserModule>();
    }

    private protected FakeTimeProvider Clock { get; }

    private protected InMemoryStore Store { get; } = new();

    private protected FakeViews Views { get; } = new();
}
